/** Texts of the scenes of recurrent models. */

/** @type {import("seq2see/words/index").Table} */
export const recurrentWords = {
  en: {
    "scene.attention": "Attention",
    "attention.row.states": "states",
    "attention.row.scores": "scores",
    "attention.row.softmax": "weights",
    "attention.row.multiply": "weighted",
    "attention.row.sum": "context",
    "attention.softmax.global":
      "Softmax turns the scores into [weights]{attention} that are positive and sum to 1. “{most}” gets {weight}.",
    "attention.nothing":
      "Step {step} has been left without attention: every [weight]{attention} is 0, so nothing comes from the source.",
    "name.source": "source",
    "name.target": "translation",
    "name.encoder": "encoder",
    "name.decoder": "decoder",
    "scene.blackbox": "Black box",
    "blackbox.size": "{count} learnt numbers",
    "blackbox.whole":
      "A model of {count} learnt numbers is about to translate “{source}”. For now it is a black box.",
    "blackbox.in.first": "The [source]{encoder} goes in item by item: first “{word}”.",
    "blackbox.in.one": "Then “{word}”.",
    "blackbox.in.many": "From “{first}” to “{last}”: one after the other.",
    "blackbox.out.first":
      "Only then does the [translation]{output} come out, one token at a time: first “{word}”.",
    "blackbox.out.one": "Then “{word}”.",
    "blackbox.out.many": "And so on, from “{first}” to “{last}”.",
    "blackbox.how":
      "In went “{source}”, out came “{target}”. How does it do that? Let us open the box.",
    "scene.sides": "Encoder and decoder",
    "sides.open":
      "Inside the box are two networks: an [encoder]{encoder} that reads and a [decoder]{decoder} that writes.",
    "sides.read":
      "The [encoder]{encoder} reads the {tokens} source tokens. “</s>” marks the end of the sentence.",
    "sides.compile.all":
      "What it makes of them are {count} [vectors]{encoder}, one for each token, of {width} numbers each: {numbers} in all.",
    "sides.compile.summary":
      "It compiles all {tokens} tokens into a single [vector]{encoder} of {width} numbers: the context.",
    "sides.compile.last":
      "It compiles all {tokens} tokens into its [final state]{encoder}: {numbers} numbers, however long the sentence is.",
    "sides.cross.all":
      "All {count} vectors cross to the [decoder]{decoder}: attention will choose among them anew at every step.",
    "sides.cross.summary":
      "This one vector is all that crosses to the [decoder]{decoder}, which will read it again at every step.",
    "sides.cross.last":
      "This is all that crosses: the [decoder]{decoder} starts from it and never sees the source again.",
    "sides.write.first": "The [decoder]{decoder} unrolls it into words. The first is “{word}”.",
    "sides.write.one": "What it has written it reads again, and writes the next: “{word}”.",
    "sides.write.many": "So it goes on, from “{first}” to “{last}”.",
    "sides.end":
      "What crosses between the two decides how well long sentences fare. Keep an eye on it.",
    "sides.name.all": "{count} vectors",
    "sides.name.summary": "context",
    "sides.name.last": "final state",
    "scene.embedding": "Embedding",
    "embedding.token":
      "A network computes with numbers, so every token must become numbers. Take “{word}”.",
    "embedding.id":
      "In the vocabulary “{word}” has the number {id}. That is only its place in a list and means nothing yet.",
    "embedding.table":
      "The number picks a row of the [embedding table]{encoder}, which was learnt in training. Some rows that this sentence uses are drawn.",
    "embedding.row":
      "Row {id} is the [embedding]{encoder} of “{word}”: {width} numbers, the first of them {value}. Teal cells are positive, brown ones negative.",
    "embedding.row.scaled":
      "Row {id}, multiplied by the square root of its width, is the [embedding]{encoder} of “{word}”: {width} numbers, the first of them {value}.",
    "embedding.all":
      "So the sentence becomes {count} vectors. The same word always has the same row; everything else is computed from these.",
    "embedding.name.id": "id",
    "embedding.name.table": "embedding table (a few rows)",
    "embedding.name.more": "+{rest} more",
    "scene.recurrence": "One recurrent step",
    "recurrence.name.rnn": "recurrent cell",
    "recurrence.name.gru": "gates of the GRU",
    "recurrence.name.lstm": "gates of the LSTM",
    "recurrence.row.hidden.before": "state before: h",
    "recurrence.row.cell.before": "memory before: c",
    "recurrence.row.hidden": "new state: h′",
    "recurrence.row.cell": "new memory: c′",
    "recurrence.row.reset_gate": "reset gate: r",
    "recurrence.row.update_gate": "update gate: z",
    "recurrence.row.forget_gate": "forget gate: f",
    "recurrence.row.input_gate": "input gate: i",
    "recurrence.row.output_gate": "output gate: o",
    "recurrence.row.candidate": "candidate: n",
    "recurrence.rule.gru": "h′ = (1 − z) · n + z · h",
    "recurrence.rule.lstm": "c′ = f · c + i · n, h′ = o · tanh c′",
    "recurrence.inputs":
      "The encoder has come to “{word}”. It has two things: the [state]{encoder} that what it read before has left, and the [embedding]{encoder} of this word.",
    "recurrence.inputs.first":
      "The encoder begins with “{word}”. It has the [embedding]{encoder} of this word, and a state that is all zeros as yet.",
    "recurrence.rnn.new":
      "Both are multiplied by learnt matrices and added; tanh makes them the [new state]{encoder}. Its first number is {hidden}.",
    "recurrence.gru.reset":
      "From both the reset gate is computed, a number from 0 to 1 for each unit: how much of the old state may go into the new proposal. In the first column {reset_gateShare}.",
    "recurrence.gru.candidate":
      "The candidate is that proposal: what the state could become. In the first column {candidate}.",
    "recurrence.gru.update":
      "The update gate decides between the two: in the first column {update_gateShare} of the old state stays, the rest comes from the candidate.",
    "recurrence.gru.new":
      "So the [new state]{encoder} is a mixture: in the first column {update_gateShare} of {hiddenBefore} and the rest of {candidate} make {hidden}.",
    "recurrence.lstm.forget":
      "The forget gate says how much of the old memory stays: in the first column {forget_gateShare}.",
    "recurrence.lstm.input":
      "The input gate says how much of the candidate, which comes from this word and the state, is written down: in the first column {input_gateShare} of {candidate}.",
    "recurrence.lstm.cell":
      "The [new memory]{encoder} is what stayed and what was written: in the first column {forget_gateShare} of {cellBefore} and {input_gateShare} of {candidate} make {cell}.",
    "recurrence.lstm.output":
      "The output gate says how much of the memory is shown to others: in the first column {output_gateShare}.",
    "recurrence.lstm.new":
      "What is shown is the [new state]{encoder}: in the first column {output_gateShare} of tanh {cell}, which is {hidden}.",
    "recurrence.handed":
      "The [new state]{encoder} is handed on: for “{next}” it is the state before.",
    "recurrence.again":
      "The same cell with the same learnt numbers computes again. So the state remembers what was read, word after word.",
    "scene.travel": "What crosses",
    "travel.start":
      "Now follow the [states]{encoder} through the whole sentence of {tokens} tokens.",
    "travel.forward.first": "The encoder reads “{word}” and makes a [hidden state]{encoder} of it.",
    "travel.forward.one": "With that state it reads “{word}”: the next state knows of both.",
    "travel.forward.many":
      "So on from “{first}” to “{last}”: each [state]{encoder} sums up everything up to its token.",
    "travel.backward.first":
      "This encoder reads from the last token to the first. It begins with “{word}” and makes a [hidden state]{encoder} of it.",
    "travel.backward.one": "With that state it reads “{word}”: the next state knows of both.",
    "travel.backward.many":
      "So on from “{first}” to “{last}”. The beginning of the sentence is read last, so that it is fresh when the decoder starts.",
    "travel.second.first": "A second network reads from the other end, beginning with “{word}”.",
    "travel.second.one": "Then “{word}”.",
    "travel.second.many":
      "From “{first}” to “{last}”: its [states]{encoder} know what comes after each token.",
    "travel.join":
      "The two states of a token are put end to end: {width} numbers that know what stands before it and after it.",
    "travel.wall.all":
      "Between encoder and [decoder]{decoder} stands a wall. Attention makes a gate in it for every token.",
    "travel.wall.summary":
      "Between encoder and [decoder]{decoder} stands a wall. In it is a single, narrow gate.",
    "travel.wall.last":
      "Between encoder and [decoder]{decoder} stands a wall. In it is a single, narrow gate.",
    "travel.cross.all":
      "So all {vectors} [states]{encoder} cross, {numbers} numbers, and stay within reach of every step of the decoder.",
    "travel.cross.summary":
      "Only the last state crosses, as a summary: {numbers} [numbers]{encoder} for {tokens} tokens. All other states stay behind.",
    "travel.cross.last":
      "Only the final state crosses, the one after “{last}”: {numbers} [numbers]{encoder} for {tokens} tokens. All other states stay behind.",
    "travel.reach.all":
      "Each [decoder]{decoder} step reaches for the states it needs. Strong lines are large [weights]{attention}: how they come about is shown soon.",
    "travel.reach.summary":
      "The same summary enters every [decoder]{decoder} step, whatever word it is about to write.",
    "travel.reach.last":
      "The [decoder]{decoder} starts from it. From then on it has only its own state, handed on from step to step.",
    "travel.length.all":
      "A sentence twice as long would have twice as many vectors: the gates grow with the sentence, so nothing has to be squeezed.",
    "travel.length.summary":
      "A sentence twice as long would have to go through the same gate: {numbers} numbers. This bottleneck is why long sentences fail without attention.",
    "travel.length.last":
      "A sentence twice as long would have to go through the same gate: {numbers} numbers. This bottleneck is why long sentences fail without attention.",
    "travel.amount.summary": "{tokens} tokens → {numbers} numbers",
    "travel.amount.last": "{tokens} tokens → {numbers} numbers",
    "travel.amount.all": "{tokens} tokens → {vectors} vectors, {numbers} numbers",
    "scene.unrolled": "The decoder, unrolled",
    "unrolled.name.read": "reads",
    "unrolled.name.write": "writes",
    "unrolled.name.initial": "start",
    "unrolled.initial.computed":
      "The [decoder]{decoder} begins with a state computed from the last state of the encoder.",
    "unrolled.initial.summary":
      "The [decoder]{decoder} begins with a state computed from the summary of the source.",
    "unrolled.initial.copied":
      "The [decoder]{decoder} begins with the [final state]{encoder} of the encoder, as it is.",
    "unrolled.step.first":
      "It reads “{before}”, which means: begin. State and word make a new [state]{decoder}, and from that it writes “{word}”, with probability {probability}.",
    "unrolled.step.one":
      "What it wrote is what it reads next: “{before}”. The [state]{decoder} is handed on, and “{word}” comes out, with probability {probability}.",
    "unrolled.step.many": "The same cell, again and again: from “{first}” to “{last}”.",
    "unrolled.whole":
      "It is one and the same decoder, drawn {count} times: once for each step. “</s>” says that it is done.",
    "attention.row.query": "asks",
    "attention.states":
      "Step {step} is about to write “{word}”. The encoder has left one [state]{encoder} for each of the {count} source tokens, and all of them are within reach.",
    "attention.query.previous":
      "What is needed now? The [state]{decoder} that the step before has left asks: the decoder has not yet read “{previous}”.",
    "attention.query.current":
      "What is needed now? The decoder has read “{previous}” already, and its new [state]{decoder} asks.",
    "attention.scores":
      "The [state that asks]{decoder} is compared with every [encoder state]{encoder}: each gets one [score]{attention}. The highest, {score}, goes to “{most}”.",
    "attention.multiply.global":
      "Each [encoder state]{encoder} is multiplied by its [weight]{attention}: what matters stays strong, the rest goes pale.",
    "attention.sum.global":
      "The weighted states are added up. The sum is the [context]{attention} of step {step}, and of this step alone: here, mostly “{most}”.",
    "scene.dance": "Every step",
    "dance.name.step": "step {step}",
    "dance.row.state": "state before",
    "dance.row.weights": "attention",
    "dance.row.context": "context",
    "dance.row.context.fixed": "context (the same for all)",
    "dance.row.previous": "word before",
    "dance.row.input": "end to end: {sum}",
    "dance.row.after": "new state",
    "dance.row.concatenation": "end to end: {sum}",
    "dance.row.features": "readout",
    "dance.row.distribution": "probabilities",
    "dance.row.word": "word",
    "dance.ask.previous":
      "Step {step}: first the [state before]{decoder} asks. Of all source tokens “{most}” gets the most [attention]{attention}, {weight}.",
    "dance.ask.current":
      "Only now the [new state]{decoder} asks, which knows of “{previous}” already. “{most}” gets the most [attention]{attention}, {weight}.",
    "dance.context":
      "The source states, multiplied by these weights and added up, are the [context]{attention} of step {step}.",
    "dance.join.alone":
      "Step {step} reads the [word before]{output}, “{previous}”, and has the [state]{decoder} that was handed on. Nothing else: the source is not looked at again.",
    "dance.join.all":
      "The [word before]{output}, “{previous}”, the [context]{attention} and the [fed readout]{decoder} are put end to end: {inputSum} numbers.",
    "dance.join.summary":
      "Step {step}: the one [context]{encoder} and the [word before]{output}, “{previous}”, are put end to end: {inputSum} numbers.",
    "dance.join.fed":
      "Step {step}: the [word before]{output}, “{previous}”, and the [readout]{decoder} of the step before are put end to end: {inputSum} numbers. That is input feeding.",
    "dance.join.fed.first":
      "Step {step}: the [word before]{output}, “{previous}”, is put end to end with the [readout]{decoder} of the step before, which is all zeros as yet: {inputSum} numbers.",
    "dance.step":
      "From that and the [state before]{decoder} the cell computes the [new state]{decoder}.",
    "dance.readout.attentional":
      "[Context]{attention} and [new state]{decoder} are put end to end, {readoutSum} numbers, and a layer makes the readout of them.",
    "dance.readout.maxout":
      "[New state]{decoder}, [word before]{output} and context are put end to end, {readoutSum} numbers. A layer multiplies them, and of every two results the larger is kept: the readout.",
    "dance.readout.alone": "A layer makes the readout of the [new state]{decoder}.",
    "dance.distribution":
      "The output layer gives every word of the vocabulary a [probability]{output}: “{word}” {probability}, “{second}” {secondProbability}.",
    "dance.word": "It writes “{word}”, and with that it goes into the next step.",
    "dance.word.brief": "Step {step} writes “{word}”, with [probability]{output} {probability}.",
    "dance.word.last":
      "Step {step} writes “{word}”, with [probability]{output} {probability}. That is the last one.",
    "dance.brief": "Step {step} the same again, with “{previous}” as the [word before]{output}.",
    "dance.brief.attends":
      "Step {step} the same again, after “{previous}”: now “{most}” gets the most [attention]{attention}, {weight}.",
    "dance.join.attends":
      "The [word before]{output}, “{previous}”, and the [context]{attention} are put end to end: {inputSum} numbers go into the step.",
    "dance.and": "and",
    "scene.lines": "Which words are attended",
    "lines.sides":
      "[Source]{encoder} and [translation]{output} face to face. A line from a word of the translation shows where the model looked as it wrote it: the stronger, the larger the [weight]{attention}.",
    "lines.sides.mean":
      "[Source]{encoder} and [translation]{output} face to face. A line shows where the model looked as it wrote a word: the stronger, the larger the [weight]{attention}, as the mean of all layers and heads.",
    "lines.sides.head":
      "[Source]{encoder} and [translation]{output} face to face. A line shows where the chosen layer and head looked as the model wrote a word: the stronger, the larger the [weight]{attention}.",
    "lines.step": "For “{word}” it looks at “{most}”, with [weight]{attention} {weight}.",
    "lines.step.spread":
      "For “{word}” it looks at “{most}”, with [weight]{attention} {weight}, and at “{second}”, with {secondWeight}.",
    "lines.all": "All steps together. Lines that cross are words that changed places.",
    "dance.join.first":
      "Step {step} reads the [word before]{output}, “{previous}”, and has the [state]{decoder} that was handed on.",
    "dance.readout.maxout.plain":
      "[New state]{decoder} and [word before]{output} are put end to end, {readoutSum} numbers. A layer multiplies them, and of every two results the larger is kept: the readout.",
  },
  zh: {
    "scene.attention": "注意力",
    "attention.row.states": "状态",
    "attention.row.scores": "得分",
    "attention.row.softmax": "权重",
    "attention.row.multiply": "加权",
    "attention.row.sum": "上下文",
    "attention.softmax.global":
      "softmax 把得分变成[权重]{attention}：都为正数，总和为 1。“{most}”得到 {weight}。",
    "attention.nothing": "第 {step} 步被拿掉了注意力：每个[权重]{attention}都是 0，源句什么也没有传来。",
    "name.source": "源句",
    "name.target": "译文",
    "name.encoder": "编码器",
    "name.decoder": "解码器",
    "scene.blackbox": "黑箱",
    "blackbox.size": "{count} 个学到的数",
    "blackbox.whole": "一个有 {count} 个学到的数的模型将要翻译“{source}”。眼下它还是个黑箱。",
    "blackbox.in.first": "[源句]{encoder}一个词元一个词元地进去：先是“{word}”。",
    "blackbox.in.one": "接着是“{word}”。",
    "blackbox.in.many": "从“{first}”到“{last}”，一个接一个。",
    "blackbox.out.first": "然后[译文]{output}才出来，一次一个词元：先是“{word}”。",
    "blackbox.out.one": "接着是“{word}”。",
    "blackbox.out.many": "依此类推，从“{first}”到“{last}”。",
    "blackbox.how": "进去的是“{source}”，出来的是“{target}”。它是怎么做到的？我们打开箱子看看。",
    "scene.sides": "编码器与解码器",
    "sides.open": "箱子里有两个网络：负责读的[编码器]{encoder}和负责写的[解码器]{decoder}。",
    "sides.read": "[编码器]{encoder}读入 {tokens} 个源词元。“</s>”表示句子结束。",
    "sides.compile.all":
      "它由此得到 {count} 个[向量]{encoder}，每个词元一个，每个有 {width} 个数，共 {numbers} 个。",
    "sides.compile.summary":
      "它把 {tokens} 个词元全部压进一个有 {width} 个数的[向量]{encoder}：上下文。",
    "sides.compile.last":
      "它把 {tokens} 个词元全部压进[最终状态]{encoder}：无论句子多长，都只有 {numbers} 个数。",
    "sides.cross.all": "{count} 个向量全部交给[解码器]{decoder}：每一步注意力都会重新从中选取。",
    "sides.cross.summary": "只有这一个向量交给[解码器]{decoder}，解码器每一步都会再读它。",
    "sides.cross.last": "只有它会交过去：[解码器]{decoder}由此出发，再也看不到源句。",
    "sides.write.first": "[解码器]{decoder}把它展开成词。第一个是“{word}”。",
    "sides.write.one": "它把写过的再读进去，写出下一个：“{word}”。",
    "sides.write.many": "就这样继续，从“{first}”到“{last}”。",
    "sides.end": "两者之间传递的是什么，决定了长句翻译得好不好。请留意它。",
    "sides.name.all": "{count} 个向量",
    "sides.name.summary": "上下文",
    "sides.name.last": "最终状态",
    "scene.embedding": "词嵌入",
    "embedding.token": "网络只会计算数，所以每个词元都要变成数。以“{word}”为例。",
    "embedding.id": "在词表里，“{word}”的编号是 {id}。这只是它在列表中的位置，还没有任何含义。",
    "embedding.table":
      "编号选出[嵌入表]{encoder}中的一行，这张表是训练中学到的。图中画出了本句用到的几行。",
    "embedding.row":
      "第 {id} 行就是“{word}”的[嵌入]{encoder}：{width} 个数，第一个是 {value}。青色为正，棕色为负。",
    "embedding.row.scaled":
      "第 {id} 行乘以宽度的平方根，就是“{word}”的[嵌入]{encoder}：{width} 个数，第一个是 {value}。",
    "embedding.all": "于是句子变成了 {count} 个向量。同一个词总是同一行；其余一切都由它们算出。",
    "embedding.name.id": "编号",
    "embedding.name.table": "嵌入表（其中几行）",
    "embedding.name.more": "还有 {rest} 个",
    "scene.recurrence": "循环网络的一步",
    "recurrence.name.rnn": "循环单元",
    "recurrence.name.gru": "GRU 的门",
    "recurrence.name.lstm": "LSTM 的门",
    "recurrence.row.hidden.before": "之前的状态 h",
    "recurrence.row.cell.before": "之前的记忆 c",
    "recurrence.row.hidden": "新状态 h′",
    "recurrence.row.cell": "新记忆 c′",
    "recurrence.row.reset_gate": "重置门 r",
    "recurrence.row.update_gate": "更新门 z",
    "recurrence.row.forget_gate": "遗忘门 f",
    "recurrence.row.input_gate": "输入门 i",
    "recurrence.row.output_gate": "输出门 o",
    "recurrence.row.candidate": "候选 n",
    "recurrence.rule.gru": "h′ = (1 − z) · n + z · h",
    "recurrence.rule.lstm": "c′ = f · c + i · n，h′ = o · tanh c′",
    "recurrence.inputs":
      "编码器读到了“{word}”。它手里有两样东西：先前读过的内容留下的[状态]{encoder}，和这个词的[嵌入]{encoder}。",
    "recurrence.inputs.first":
      "编码器从“{word}”开始。它有这个词的[嵌入]{encoder}，而状态还全是零。",
    "recurrence.rnn.new":
      "两者各乘以学到的矩阵，再相加；经过 tanh 就成了[新状态]{encoder}。它的第一个数是 {hidden}。",
    "recurrence.gru.reset":
      "由两者算出重置门，每个单元一个 0 到 1 之间的数：旧状态有多少可以进入新的提议。第一列是 {reset_gateShare}。",
    "recurrence.gru.candidate": "候选就是这个提议：状态可以变成什么。第一列是 {candidate}。",
    "recurrence.gru.update":
      "更新门在两者之间取舍：第一列保留旧状态的 {update_gateShare}，其余取自候选。",
    "recurrence.gru.new":
      "所以[新状态]{encoder}是混合物：第一列由 {hiddenBefore} 的 {update_gateShare} 与 {candidate} 的其余部分得到 {hidden}。",
    "recurrence.lstm.forget": "遗忘门决定旧记忆留下多少：第一列是 {forget_gateShare}。",
    "recurrence.lstm.input":
      "候选由这个词和状态得来，输入门决定写入多少：第一列写入 {candidate} 的 {input_gateShare}。",
    "recurrence.lstm.cell":
      "[新记忆]{encoder}是留下的加上写入的：第一列由 {cellBefore} 的 {forget_gateShare} 与 {candidate} 的 {input_gateShare} 得到 {cell}。",
    "recurrence.lstm.output": "输出门决定把记忆展示多少：第一列是 {output_gateShare}。",
    "recurrence.lstm.new":
      "展示出来的就是[新状态]{encoder}：第一列是 tanh {cell} 的 {output_gateShare}，即 {hidden}。",
    "recurrence.handed": "[新状态]{encoder}被传下去：读“{next}”时，它就是之前的状态。",
    "recurrence.again":
      "同一个单元用同样的学到的数再算一遍。就这样，状态一个词一个词地记住读过的内容。",
    "scene.travel": "什么会传过去",
    "travel.start": "现在跟着[状态]{encoder}走完这句 {tokens} 个词元的话。",
    "travel.forward.first": "编码器读入“{word}”，得到一个[隐藏状态]{encoder}。",
    "travel.forward.one": "带着这个状态，它读入“{word}”：新的状态两者都知道。",
    "travel.forward.many":
      "这样从“{first}”到“{last}”：每个[状态]{encoder}概括了到该词元为止的一切。",
    "travel.backward.first":
      "这个编码器从最后一个词元读到第一个。它从“{word}”开始，得到一个[隐藏状态]{encoder}。",
    "travel.backward.one": "带着这个状态，它读入“{word}”：新的状态两者都知道。",
    "travel.backward.many": "这样从“{first}”到“{last}”。句首最后读，解码器开始时它还记忆犹新。",
    "travel.second.first": "第二个网络从另一头读起，先读“{word}”。",
    "travel.second.one": "接着是“{word}”。",
    "travel.second.many": "从“{first}”到“{last}”：它的[状态]{encoder}知道每个词元后面是什么。",
    "travel.join": "每个词元的两个状态首尾相接：{width} 个数，既知道前文，也知道后文。",
    "travel.wall.all": "编码器和[解码器]{decoder}之间有一堵墙。注意力为每个词元开了一扇门。",
    "travel.wall.summary": "编码器和[解码器]{decoder}之间有一堵墙，墙上只有一扇窄门。",
    "travel.wall.last": "编码器和[解码器]{decoder}之间有一堵墙，墙上只有一扇窄门。",
    "travel.cross.all":
      "于是 {vectors} 个[状态]{encoder}全部传过去，共 {numbers} 个数，解码器的每一步都能用到。",
    "travel.cross.summary":
      "只有最后一个状态以概要的形式传过去：{tokens} 个词元只有 {numbers} 个[数]{encoder}。其余状态都留下了。",
    "travel.cross.last":
      "只有最终状态传过去，也就是读完“{last}”之后的那个：{tokens} 个词元只有 {numbers} 个[数]{encoder}。其余状态都留下了。",
    "travel.reach.all":
      "[解码器]{decoder}的每一步都去取它需要的状态。粗线表示大的[权重]{attention}，它们的由来很快就会讲到。",
    "travel.reach.summary": "同一个概要进入[解码器]{decoder}的每一步，不管它要写哪个词。",
    "travel.reach.last": "[解码器]{decoder}从它出发。此后它只有自己的状态，一步一步传下去。",
    "travel.length.all": "句子长一倍，向量就多一倍：门随句子增多，什么都不用硬挤。",
    "travel.length.summary":
      "句子长一倍，也得挤过同一扇门：{numbers} 个数。没有注意力，长句就会在这个瓶颈上失败。",
    "travel.length.last":
      "句子长一倍，也得挤过同一扇门：{numbers} 个数。没有注意力，长句就会在这个瓶颈上失败。",
    "travel.amount.summary": "{tokens} 个词元 → {numbers} 个数",
    "travel.amount.last": "{tokens} 个词元 → {numbers} 个数",
    "travel.amount.all": "{tokens} 个词元 → {vectors} 个向量，{numbers} 个数",
    "scene.unrolled": "展开解码器",
    "unrolled.name.read": "读入",
    "unrolled.name.write": "写出",
    "unrolled.name.initial": "起点",
    "unrolled.initial.computed": "[解码器]{decoder}的初始状态由编码器的最后状态算出。",
    "unrolled.initial.summary": "[解码器]{decoder}的初始状态由源句的概要算出。",
    "unrolled.initial.copied": "[解码器]{decoder}直接以编码器的[最终状态]{encoder}为起点。",
    "unrolled.step.first":
      "它读入“{before}”，意思是“开始”。状态和词合成新的[状态]{decoder}，由此写出“{word}”，概率为 {probability}。",
    "unrolled.step.one":
      "写出的就是接着读入的：“{before}”。[状态]{decoder}传下去，写出“{word}”，概率为 {probability}。",
    "unrolled.step.many": "同一个单元，一次又一次：从“{first}”到“{last}”。",
    "unrolled.whole": "这是同一个解码器，画了 {count} 次，每步一次。“</s>”表示写完了。",
    "attention.row.query": "提问",
    "attention.states":
      "第 {step} 步将写出“{word}”。编码器为 {count} 个源词元各留下了一个[状态]{encoder}，它们全都可用。",
    "attention.query.previous":
      "现在需要什么？上一步留下的[状态]{decoder}来提问：此时解码器还没有读入“{previous}”。",
    "attention.query.current":
      "现在需要什么？解码器已经读入了“{previous}”，由新的[状态]{decoder}来提问。",
    "attention.scores":
      "[提问的状态]{decoder}与每个[编码器状态]{encoder}比较，各得一个[得分]{attention}。最高分 {score} 给了“{most}”。",
    "attention.multiply.global":
      "每个[编码器状态]{encoder}乘以自己的[权重]{attention}：重要的保持鲜明，其余的变淡。",
    "attention.sum.global":
      "把加权后的状态相加，就得到第 {step} 步（也只属于这一步）的[上下文]{attention}：这里主要是“{most}”。",
    "scene.dance": "每一步",
    "dance.name.step": "第 {step} 步",
    "dance.row.state": "之前的状态",
    "dance.row.weights": "注意力",
    "dance.row.context": "上下文",
    "dance.row.context.fixed": "上下文（每步相同）",
    "dance.row.previous": "前一个词",
    "dance.row.input": "首尾相接：{sum}",
    "dance.row.after": "新状态",
    "dance.row.concatenation": "首尾相接：{sum}",
    "dance.row.features": "读出",
    "dance.row.distribution": "概率",
    "dance.row.word": "词",
    "dance.ask.previous":
      "第 {step} 步：先由[之前的状态]{decoder}提问。源词元中“{most}”得到的[注意力]{attention}最多，{weight}。",
    "dance.ask.current":
      "现在才由已经知道“{previous}”的[新状态]{decoder}提问。“{most}”得到的[注意力]{attention}最多，{weight}。",
    "dance.context": "源句的状态乘以这些权重再相加，就是第 {step} 步的[上下文]{attention}。",
    "dance.join.alone":
      "第 {step} 步读入[前一个词]{output}“{previous}”，再加上传下来的[状态]{decoder}。仅此而已：不再看源句。",
    "dance.join.all":
      "[前一个词]{output}“{previous}”、[上下文]{attention}和[反馈的读出]{decoder}首尾相接：{inputSum} 个数。",
    "dance.join.summary":
      "第 {step} 步：唯一的[上下文]{encoder}与[前一个词]{output}“{previous}”首尾相接：{inputSum} 个数。",
    "dance.join.fed":
      "第 {step} 步：[前一个词]{output}“{previous}”与上一步的[读出]{decoder}首尾相接：{inputSum} 个数。这就是输入反馈。",
    "dance.join.fed.first":
      "第 {step} 步：[前一个词]{output}“{previous}”与上一步的[读出]{decoder}（现在全是零）首尾相接：{inputSum} 个数。",
    "dance.step": "单元由它们和[之前的状态]{decoder}算出[新状态]{decoder}。",
    "dance.readout.attentional":
      "[上下文]{attention}与[新状态]{decoder}首尾相接，{readoutSum} 个数，再由一层网络得到读出。",
    "dance.readout.maxout":
      "[新状态]{decoder}、[前一个词]{output}与上下文首尾相接，{readoutSum} 个数。再由一层网络相乘，每两个结果留下较大的：这就是读出。",
    "dance.readout.alone": "一层网络由[新状态]{decoder}得到读出。",
    "dance.distribution":
      "输出层给词表里的每个词一个[概率]{output}：“{word}”{probability}，“{second}”{secondProbability}。",
    "dance.word": "它写出“{word}”，并带着它进入下一步。",
    "dance.word.brief": "第 {step} 步写出“{word}”，[概率]{output}为 {probability}。",
    "dance.word.last": "第 {step} 步写出“{word}”，[概率]{output}为 {probability}。这是最后一个。",
    "dance.brief": "第 {step} 步同样如此，[前一个词]{output}是“{previous}”。",
    "dance.brief.attends":
      "第 {step} 步同样如此，前一个词是“{previous}”：这次“{most}”得到的[注意力]{attention}最多，{weight}。",
    "dance.join.attends":
      "[前一个词]{output}“{previous}”与[上下文]{attention}首尾相接：{inputSum} 个数进入这一步。",
    "dance.and": "和",
    "scene.lines": "注意了哪些词",
    "lines.sides":
      "[源句]{encoder}与[译文]{output}面对面。从译文的词引出的线表示写它时模型看了哪里：线越浓，[权重]{attention}越大。",
    "lines.sides.mean":
      "[源句]{encoder}与[译文]{output}面对面。线表示写一个词时模型看了哪里：线越浓，[权重]{attention}越大，这里取所有层和头的平均。",
    "lines.sides.head":
      "[源句]{encoder}与[译文]{output}面对面。线表示写一个词时所选的层和头看了哪里：线越浓，[权重]{attention}越大。",
    "lines.step": "写“{word}”时看的是“{most}”，[权重]{attention}为 {weight}。",
    "lines.step.spread":
      "写“{word}”时看的是“{most}”，[权重]{attention}为 {weight}，还有“{second}”，{secondWeight}。",
    "lines.all": "所有步骤合在一起。交叉的线就是换了位置的词。",
    "dance.join.first":
      "第 {step} 步读入[前一个词]{output}“{previous}”，再加上传下来的[状态]{decoder}。",
    "dance.readout.maxout.plain":
      "[新状态]{decoder}与[前一个词]{output}首尾相接，{readoutSum} 个数。再由一层网络相乘，每两个结果留下较大的：这就是读出。",
  },
};
