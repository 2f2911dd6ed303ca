/** Texts of the scenes of matrices, heads and the beam. */

/** @type {import("seq2see/words/index").Table} */
export const matrixWords = {
  en: {
    "scene.matrix": "Alignment",
    "matrix.heading": "output attends to source",
    "matrix.legend": "of the row",
    "matrix.mean": "mean of all layers and heads",
    "matrix.head": "head {head}, mean of all layers",
    "matrix.layer": "layer {layer}, mean of its heads",
    "matrix.layer.head": "layer {layer}, head {head}",
    "matrix.first":
      "Each row is an [output]{output} word, each column a [source]{encoder} word. While writing “{word}” the model looked most at “{most}”: {weight}. A row sums to 100%.",
    "matrix.row": "“{word}” looks most at “{most}”: {weight}.",
    "matrix.rows": "The next {count} rows, from “{word}” to “{last}”. “{word}” looks most at “{most}”: {weight}.",
    "matrix.path":
      "The [line]{output} joins the darkest cell of each row: {links} of {count} rows are aligned with a source word. At the triangles it goes back, {back} in all: there the two languages order their words differently.",
    "matrix.path.straight":
      "The [line]{output} joins the darkest cell of each row: {links} of {count} rows are aligned with a source word. It never goes back: here both sides have the same order.",
    "matrix.end":
      "Some attention goes to [</s>]{decoder}, the end of the source, where there is nothing to translate: {share} on average. Weight that goes there goes to no word.",
    "scene.heads": "Heads",
    "heads.title.encoder": "encoder looks at source · layer {layer}",
    "heads.title.decoder": "decoder looks back · layer {layer}",
    "heads.title.cross": "decoder looks at source · layer {layer}",
    "heads.grid.name": "every layer (down) and head (across)",
    "heads.choose": "show layer {layer}, head {head}",
    "heads.encoder":
      "In each layer of the [encoder]{encoder}, {heads} heads look at the sentence at the same time, one colour each. Left asks, right is asked; here is layer {layer}.",
    "heads.decoder":
      "The [decoder]{decoder} has {heads} heads in each layer too. At the left is what each step writes, at the right what was written before it: a step sees nothing later.",
    "heads.cross":
      "And {heads} heads of each [decoder]{decoder} layer look at the [source]{encoder}. Left is what each step writes, right the source; here is layer {layer}.",
    "heads.one": "Head {head} alone: “{word}” gives {weight} to “{most}”. {habit}",
    "heads.grid":
      "Every layer and head as a small matrix, rows ask and columns are asked. Click one to see its lines: {layers} layers with {heads} heads each, and each has habits of its own.",
    "heads.habit.itself": "On average, this head leaves {share} with the token itself.",
    "heads.habit.before": "On average, this head gives {share} to the token just before.",
    "heads.habit.after": "On average, this head gives {share} to the token just after.",
    "heads.habit.first": "On average, this head gives {share} to <s>, the beginning.",
    "heads.habit.end": "On average, this head gives {share} to </s>, the end.",
    "heads.habit.one": "On average, the largest weight of a step is {share}.",
    "scene.beam": "Beam search",
    "beam.heading": "hypotheses, best first, with their scores",
    "beam.heading.hidden": "hypotheses, best first, with their scores; of those given up, the best of each step",
    "beam.status.kept": "kept",
    "beam.status.pruned": "given up",
    "beam.status.finished": "finished",
    "beam.node": "{token}: {share} after what comes before; all of it {sum}; score {score}; {status}",
    "beam.first":
      "The search keeps several [hypotheses]{decoder} at once, {beam} here. After step 1 “{best}” leads with a score of {score}, before “{second}” with {other}. A score is the logarithm of the probability of everything so far, divided by a penalty for length.",
    "beam.first.plain":
      "The search keeps several [hypotheses]{decoder} at once, {beam} here. After step 1 “{best}” leads with a score of {score}, before “{second}” with {other}. A score is the logarithm of the probability of everything so far.",
    "beam.second":
      "Each one that was kept is extended by its most probable words. The best {beam} of all of them are kept, and {pruned} are given up: they stay in grey.",
    "beam.step": "Step {step}: “{best}” leads with {score}; {pruned} are given up.",
    "beam.steps": "Steps {step} to {last}: “{best}” leads at first, with {score}; {pruned} are given up in all.",
    "beam.finished":
      "Step {step}: a hypothesis says </s> and is [finished]{output}, with a score of {finished}. {pruned} are given up.",
    "beam.best":
      "The best [finished hypothesis]{output} is the translation: “{text}”, {count} tokens with a score of {score}.",
  },
  zh: {
    "scene.matrix": "对齐",
    "matrix.heading": "输出关注源句",
    "matrix.legend": "占本行",
    "matrix.mean": "所有层和头的平均",
    "matrix.head": "第 {head} 头，所有层的平均",
    "matrix.layer": "第 {layer} 层，各头的平均",
    "matrix.layer.head": "第 {layer} 层，第 {head} 头",
    "matrix.first":
      "每一行是一个[输出]{output}词，每一列是一个[源]{encoder}词。写“{word}”时，模型看得最多的是“{most}”：{weight}。每行之和为 100%。",
    "matrix.row": "“{word}”看得最多的是“{most}”：{weight}。",
    "matrix.rows": "接下来的 {count} 行，从“{word}”到“{last}”。“{word}”看得最多的是“{most}”：{weight}。",
    "matrix.path":
      "[折线]{output}连接每行颜色最深的格子：{count} 行中有 {links} 行与某个源词对齐。三角处后退，共 {back} 处：两种语言的词序在那里不同。",
    "matrix.path.straight":
      "[折线]{output}连接每行颜色最深的格子：{count} 行中有 {links} 行与某个源词对齐。它从不后退：这里两边词序相同。",
    "matrix.end":
      "一部分注意力给了源句的结尾 [</s>]{decoder}，那里没有可译的词：平均 {share}。给它的权重不落在任何词上。",
    "scene.heads": "多头",
    "heads.title.encoder": "编码器看源句 · 第 {layer} 层",
    "heads.title.decoder": "解码器回看 · 第 {layer} 层",
    "heads.title.cross": "解码器看源句 · 第 {layer} 层",
    "heads.grid.name": "所有的层（向下）和头（向右）",
    "heads.choose": "显示第 {layer} 层第 {head} 头",
    "heads.encoder":
      "在[编码器]{encoder}的每一层，{heads} 个头同时看整句，每个头一种颜色。左边询问，右边被询问；这里是第 {layer} 层。",
    "heads.decoder":
      "[解码器]{decoder}的每一层也有 {heads} 个头。左边是每一步写出的，右边是此前已写的：任何一步都看不到后面。",
    "heads.cross":
      "[解码器]{decoder}的每一层还有 {heads} 个头看[源句]{encoder}。左边是每一步写出的，右边是源句；这里是第 {layer} 层。",
    "heads.one": "单看第 {head} 头：“{word}”把 {weight} 给了“{most}”。{habit}",
    "heads.grid":
      "每一层、每个头画成一个小矩阵，行询问，列被询问。点一个就能看到它的连线：共 {layers} 层，每层 {heads} 个头，各有各的习惯。",
    "heads.habit.itself": "这个头平均把 {share} 留给词元自己。",
    "heads.habit.before": "这个头平均把 {share} 给前一个词元。",
    "heads.habit.after": "这个头平均把 {share} 给后一个词元。",
    "heads.habit.first": "这个头平均把 {share} 给开头的 <s>。",
    "heads.habit.end": "这个头平均把 {share} 给结尾的 </s>。",
    "heads.habit.one": "每一步最大的权重平均为 {share}。",
    "scene.beam": "束搜索",
    "beam.heading": "各个假设及其得分，最好的在上",
    "beam.heading.hidden": "各个假设及其得分，最好的在上；放弃的每步只画最好的一个",
    "beam.status.kept": "保留",
    "beam.status.pruned": "放弃",
    "beam.status.finished": "完成",
    "beam.node": "{token}：接在前文之后的概率 {share}；全部 {sum}；得分 {score}；{status}",
    "beam.first":
      "搜索同时保留几个[假设]{decoder}，这里是 {beam} 个。第 1 步之后“{best}”以 {score} 分领先，其次是“{second}”，{other} 分。得分是到此为止全部概率的对数，再除以长度惩罚。",
    "beam.first.plain":
      "搜索同时保留几个[假设]{decoder}，这里是 {beam} 个。第 1 步之后“{best}”以 {score} 分领先，其次是“{second}”，{other} 分。得分是到此为止全部概率的对数。",
    "beam.second":
      "每个保留下来的假设都用最可能的词继续。全部里最好的 {beam} 个被保留，{pruned} 个被放弃：它们以灰色留在图上。",
    "beam.step": "第 {step} 步：“{best}”以 {score} 分领先；{pruned} 个被放弃。",
    "beam.steps": "第 {step} 到 {last} 步：开始时“{best}”以 {score} 分领先；共 {pruned} 个被放弃。",
    "beam.finished": "第 {step} 步：一个假设写出 </s>，[完成]{output}，得分 {finished}。{pruned} 个被放弃。",
    "beam.best": "最好的[完成的假设]{output}就是译文：“{text}”，{count} 个词元，得分 {score}。",
  },
};
