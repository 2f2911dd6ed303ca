/** Texts of the scenes of Transformers. */

/** @type {import("seq2see/words/index").Table} */
export const transformerWords = {
  en: {
    "scene.positions": "Positions",
    "positions.lane.embeddings": "embedding",
    "positions.lane.positions": "position",
    "positions.lane.sum": "what enters",
    "positions.place": "position {place}",
    "positions.embeddings":
      "Each source token becomes its [embedding]{encoder}: {width} numbers. “{word}” begins with {embedding}. A Transformer reads all {count} tokens at once, so nothing in these numbers says which comes first.",
    "positions.positions":
      "So each place has a [pattern]{attention} of its own, made of sines and cosines. That of place {place} begins with {position}; it is the same in every sentence.",
    "positions.sum":
      "[Embedding]{encoder} and [position]{attention} are added: {embedding} and {position} make {sum}. These sums are what enters the first layer.",
    "positions.twice":
      "“{word}” stands at places {first} and {second}: its two [embeddings]{encoder} are the same, what enters is not.",
    "scene.selfattention": "Self-attention",
    "scene.crossattention": "Cross-attention",
    "asking.encoder.which": "encoder, layer {layer}, head {head}",
    "asking.cross.which": "decoder, layer {layer}, head {head}: attention to the source",
    "asking.lane.values": "values",
    "asking.lane.keys": "keys",
    "asking.lane.query": "query",
    "asking.lane.scores": "scores",
    "asking.lane.weights": "weights",
    "asking.lane.weighted": "weighted",
    "asking.lane.sum": "context",
    "asking.encoder.lines": "the whole head: every token asks every token",
    "asking.cross.lines": "the whole head: every step asks the source",
    "asking.encoder.keys":
      "In layer {layer}, head {head} of {heads}, each [token]{encoder} makes a [key]{encoder} and a [value]{encoder} of {width} numbers each. One of them, “{word}”, now asks all {count}: its [query]{encoder} says what it looks for.",
    "asking.encoder.tokens":
      "In layer {layer}, head {head} of {heads}, every [token]{encoder} asks every other. Follow one of them: “{word}” asks all {count}.",
    "asking.cross.keys":
      "The encoder is done. In decoder layer {layer}, head {head} of {heads}, each [source token]{encoder} offers a [key]{encoder} and a [value]{encoder}. Step {step}, which will write “{word}”, asks with a [query]{decoder} of its own.",
    "asking.cross.tokens":
      "The encoder is done. In decoder layer {layer}, head {head} of {heads}, step {step}, which will write [“{word}”]{decoder}, asks all {count} [source tokens]{encoder}.",
    "asking.scores":
      "The query meets each [key]{encoder}: their product, divided by √{width}, is the [score]{attention}. “{most}” gets {score}.",
    "asking.scores.only":
      "The query of “{word}” meets the [key]{encoder} of each token: their product, divided by the square root of their width, is the [score]{attention}. “{most}” gets {score}.",
    "asking.nothing": "This head has been left without attention: every [weight]{attention} is 0, and so is their sum.",
    "asking.softmax":
      "Softmax turns the scores into [weights]{attention} that are positive and sum to 1. “{most}” gets {weight}.",
    "asking.multiply":
      "Each [value]{encoder} is multiplied by its [weight]{attention}: what matters stays strong, the rest goes pale.",
    "asking.sum":
      "The weighted values are added up. This sum is the [context]{attention}: what head {head} brings to “{word}”.",
    "asking.encoder.all":
      "All tokens ask at once, so this is one step for the whole sentence. The strong lines are those of “{word}”, which gives {weight} to “{most}”.",
    "asking.cross.all":
      "Every step asks in the same way, with its own query. The strong lines are those of “{word}”, which gives {weight} to “{most}”.",
    "scene.masked": "Looking back",
    "masked.heading": "decoder, layer {layer}, head {head}: attention to what was written before",
    "masked.mask":
      "The decoder attends to its own words too, with one rule: what comes later is hidden. [Rows]{decoder} are steps, and the hatched cells are places that a step may not see. In training all {count} steps are computed at once, and this mask keeps them honest.",
    "masked.first":
      "Step 1 reads [{read}]{decoder}, and there is nothing else to see: it gets {weight}. The step goes on to write [“{word}”]{output}.",
    "masked.row":
      "Step {step} reads [“{read}”]{decoder} and sees {seen} tokens; most goes to “{most}”, {weight}. It writes [“{word}”]{output}.",
    "masked.rows":
      "Steps {step} to {last} do the same, each with one token more. Step {step} gives most to “{most}”, {weight}, and writes [“{word}”]{output}.",
    "scene.writing": "Word by word",
    "writing.head.reads": "reads",
    "writing.head.back": "looks back",
    "writing.head.cross": "looks at the source",
    "writing.head.feedforward": "layers",
    "writing.head.top": "what may come next",
    "writing.head.writes": "writes",
    "writing.reads": "The [decoder]{decoder} begins with {read}, the sign for the beginning. Nothing else is written yet.",
    "writing.again": "What was written goes in again: step {step} reads [“{read}”]{decoder}.",
    "writing.back": "Masked self-attention looks back at what is there already: most goes to “{before}”, {share}.",
    "writing.cross": "Cross-attention looks at the [source]{encoder}: most goes to “{most}”, {weight}.",
    "writing.feedforward":
      "After each attention, a feed-forward block works on this place alone. Each bar is one of {layers} layers: in the last one {active} of the hidden units are active.",
    "writing.feedforward.only": "After each attention, a feed-forward block works on this place alone, in each of {layers} layers.",
    "writing.top": "The last vector becomes a probability for every token; here are the most probable. “{word}” gets {probability}.",
    "writing.writes": "Step {step} writes [“{word}”]{output}.",
    "writing.step": "Step {step} reads “{read}”, looks most at “{most}” ({weight}) and writes [“{word}”]{output}, with {probability}.",
    "writing.steps": "Steps {step} to {last} in the same way: [{word}]{output}.",
    "scene.stack": "The whole model",
    "stack.encoder.name": "encoder, {layers} layers",
    "stack.decoder.name": "decoder, {layers} layers",
    "stack.block.self": "self-attention",
    "stack.block.masked": "masked self-attention",
    "stack.block.cross": "cross-attention",
    "stack.block.feedforward": "feed-forward",
    "stack.crossing": "{count} vectors cross",
    "stack.enters.name": "what enters",
    "stack.readout.name": "readout",
    "stack.enters":
      "The whole model at step {step}. Each of the {count} [source tokens]{encoder} enters as one vector of {width} numbers: embedding plus position.",
    "stack.encoder":
      "[Layer {layer}]{encoder}: self-attention lets tokens look at each other ({looked}), feed-forward works on each alone ({active} of its hidden units are active). What they find is added to the vectors.",
    "stack.encoder.only":
      "[Layer {layer}]{encoder}: self-attention lets tokens look at each other ({looked}), feed-forward works on each alone. What they find is added to the vectors.",
    "stack.encoder.next": "[Layer {layer}]{encoder} does the same with weights of its own: {looked}.",
    "stack.crosses":
      "What crosses to the decoder: one [vector]{encoder} for each of the {count} source tokens, and every one of the {decoders} decoder layers gets them all, as keys and values.",
    "stack.reads": "Step {step} of the [decoder]{decoder} reads “{read}”. The vectors of earlier tokens are there already.",
    "stack.decoder.self": "Masked [self-attention]{attention} looks back at what was written: most at {back}.",
    "stack.decoder.cross": "[Cross-attention]{attention} asks the vectors of the encoder: most goes to {looked}.",
    "stack.decoder.feedforward": "[Feed-forward]{decoder} works on this vector alone; {active} of its hidden units are active.",
    "stack.decoder.feedforward.only": "[Feed-forward]{decoder} works on this vector alone.",
    "stack.decoder.next": "[Layer {layer}]{decoder} repeats this with weights of its own: back at {back}, at the source {looked}.",
    "stack.distribution": "The last vector is compared with every token of the vocabulary: a [distribution]{output}. “{word}” gets {probability}.",
    "stack.word": "Step {step} writes [“{word}”]{output}. The next step reads it.",
    "stack.word.last": "Step {step} writes [“{word}”]{output}. That is the last one.",
  },
  zh: {
    "scene.positions": "位置",
    "positions.lane.embeddings": "词嵌入",
    "positions.lane.positions": "位置",
    "positions.lane.sum": "输入",
    "positions.place": "位置 {place}",
    "positions.embeddings":
      "每个源词元变成它的[词嵌入]{encoder}：{width} 个数。“{word}”的第一个数是 {embedding}。Transformer 同时读入全部 {count} 个词元，这些数本身并不说明谁先谁后。",
    "positions.positions":
      "因此每个位置都有自己的[模式]{attention}，由正弦和余弦组成。位置 {place} 的第一个数是 {position}；在任何句子里都一样。",
    "positions.sum":
      "把[词嵌入]{encoder}与[位置]{attention}相加：{embedding} 加 {position} 得 {sum}。进入第一层的就是这些和。",
    "positions.twice":
      "“{word}”出现在位置 {first} 和 {second}：两处的[词嵌入]{encoder}相同，输入却不同。",
    "scene.selfattention": "自注意力",
    "scene.crossattention": "交叉注意力",
    "asking.encoder.which": "编码器，第 {layer} 层，第 {head} 头",
    "asking.cross.which": "解码器，第 {layer} 层，第 {head} 头：看源句",
    "asking.lane.values": "值",
    "asking.lane.keys": "键",
    "asking.lane.query": "查询",
    "asking.lane.scores": "得分",
    "asking.lane.weights": "权重",
    "asking.lane.weighted": "加权",
    "asking.lane.sum": "上下文",
    "asking.encoder.lines": "整个头：每个词元都询问所有词元",
    "asking.cross.lines": "整个头：每一步都询问源句",
    "asking.encoder.keys":
      "在第 {layer} 层第 {head} 头（共 {heads} 头），每个[词元]{encoder}各产生一个[键]{encoder}和一个[值]{encoder}，各 {width} 个数。其中“{word}”现在询问全部 {count} 个词元：它的[查询]{encoder}表示它要找什么。",
    "asking.encoder.tokens":
      "在第 {layer} 层第 {head} 头（共 {heads} 头），每个[词元]{encoder}都询问其他词元。跟着其中一个看：“{word}”询问全部 {count} 个。",
    "asking.cross.keys":
      "编码器已完成。在解码器第 {layer} 层第 {head} 头（共 {heads} 头），每个[源词元]{encoder}给出一个[键]{encoder}和一个[值]{encoder}。第 {step} 步将写出“{word}”，它用自己的[查询]{decoder}来询问。",
    "asking.cross.tokens":
      "编码器已完成。在解码器第 {layer} 层第 {head} 头（共 {heads} 头），第 {step} 步将写出[“{word}”]{decoder}，它询问全部 {count} 个[源词元]{encoder}。",
    "asking.scores":
      "查询与每个[键]{encoder}相遇：两者的点积除以 √{width}，就是[得分]{attention}。“{most}”得 {score}。",
    "asking.scores.only":
      "“{word}”的查询与每个词元的[键]{encoder}相遇：两者的点积除以宽度的平方根，就是[得分]{attention}。“{most}”得 {score}。",
    "asking.nothing": "这个头被拿掉了注意力：每个[权重]{attention}都是 0，加权之和也是 0。",
    "asking.softmax": "softmax 把得分变成[权重]{attention}：都为正数，总和为 1。“{most}”得到 {weight}。",
    "asking.multiply": "每个[值]{encoder}乘以自己的[权重]{attention}：重要的保持鲜明，其余的变淡。",
    "asking.sum":
      "把加权后的值相加，得到[上下文]{attention}：这就是第 {head} 头带给“{word}”的东西。",
    "asking.encoder.all":
      "所有词元同时询问，整句只需一步。粗线属于“{word}”，它把 {weight} 给了“{most}”。",
    "asking.cross.all":
      "每一步都用自己的查询这样询问。粗线属于“{word}”，它把 {weight} 给了“{most}”。",
    "scene.masked": "回看",
    "masked.heading": "解码器，第 {layer} 层，第 {head} 头：看此前写出的词",
    "masked.mask":
      "解码器也看自己写的词，但有一条规则：后面的看不见。[每一行]{decoder}是一步，画斜线的格子是这一步不许看的地方。训练时 {count} 步同时计算，靠这个掩码保证不偷看。",
    "masked.first":
      "第 1 步读入 [{read}]{decoder}，没有别的可看：它得到 {weight}。这一步接着写出[“{word}”]{output}。",
    "masked.row":
      "第 {step} 步读入[“{read}”]{decoder}，能看到 {seen} 个词元；看得最多的是“{most}”，{weight}。它写出[“{word}”]{output}。",
    "masked.rows":
      "第 {step} 到 {last} 步同样如此，每步多看一个词元。第 {step} 步看得最多的是“{most}”，{weight}，写出[“{word}”]{output}。",
    "scene.writing": "逐词写出",
    "writing.head.reads": "读入",
    "writing.head.back": "回看",
    "writing.head.cross": "看源句",
    "writing.head.feedforward": "各层",
    "writing.head.top": "接下来可能是",
    "writing.head.writes": "写出",
    "writing.reads": "[解码器]{decoder}从表示开头的 {read} 开始。此时还什么都没写。",
    "writing.again": "写出的词又被读入：第 {step} 步读入[“{read}”]{decoder}。",
    "writing.back": "带掩码的自注意力回看已有的词：看得最多的是“{before}”，{share}。",
    "writing.cross": "交叉注意力看[源句]{encoder}：看得最多的是“{most}”，{weight}。",
    "writing.feedforward":
      "每次注意力之后，前馈块只处理这一个位置。每根柱是 {layers} 层中的一层：最后一层有 {active} 的隐藏单元是活跃的。",
    "writing.feedforward.only": "每次注意力之后，前馈块只处理这一个位置，{layers} 层都是如此。",
    "writing.top": "最后的向量变成每个词元的概率，这里是最可能的几个。“{word}”得 {probability}。",
    "writing.writes": "第 {step} 步写出[“{word}”]{output}。",
    "writing.step": "第 {step} 步读入“{read}”，看得最多的是“{most}”（{weight}），写出[“{word}”]{output}，概率 {probability}。",
    "writing.steps": "第 {step} 到 {last} 步也是这样：[{word}]{output}。",
    "scene.stack": "整个模型",
    "stack.encoder.name": "编码器，{layers} 层",
    "stack.decoder.name": "解码器，{layers} 层",
    "stack.block.self": "自注意力",
    "stack.block.masked": "带掩码的自注意力",
    "stack.block.cross": "交叉注意力",
    "stack.block.feedforward": "前馈",
    "stack.crossing": "传过去 {count} 个向量",
    "stack.enters.name": "输入",
    "stack.readout.name": "读出",
    "stack.enters":
      "第 {step} 步时的整个模型。{count} 个[源词元]{encoder}各以一个 {width} 维向量进入：词嵌入加位置。",
    "stack.encoder":
      "[第 {layer} 层]{encoder}：自注意力让词元互相看（{looked}），前馈单独处理每个词元（{active} 的隐藏单元活跃）。它们的结果被加到向量上。",
    "stack.encoder.only":
      "[第 {layer} 层]{encoder}：自注意力让词元互相看（{looked}），前馈单独处理每个词元。它们的结果被加到向量上。",
    "stack.encoder.next": "[第 {layer} 层]{encoder}用自己的权重做同样的事：{looked}。",
    "stack.crosses":
      "传给解码器的是：{count} 个源词元各一个[向量]{encoder}；解码器的 {decoders} 层每层都得到全部，用作键和值。",
    "stack.reads": "[解码器]{decoder}第 {step} 步读入“{read}”。此前词元的向量已经在那里。",
    "stack.decoder.self": "带掩码的[自注意力]{attention}回看已写出的：看得最多的是 {back}。",
    "stack.decoder.cross": "[交叉注意力]{attention}询问编码器的向量：最多的给了 {looked}。",
    "stack.decoder.feedforward": "[前馈]{decoder}只处理这一个向量；{active} 的隐藏单元活跃。",
    "stack.decoder.feedforward.only": "[前馈]{decoder}只处理这一个向量。",
    "stack.decoder.next": "[第 {layer} 层]{decoder}用自己的权重重复这些：回看 {back}，看源句 {looked}。",
    "stack.distribution": "最后的向量与词表中的每个词元比较，得到一个[分布]{output}。“{word}”得 {probability}。",
    "stack.word": "第 {step} 步写出[“{word}”]{output}。下一步会读入它。",
    "stack.word.last": "第 {step} 步写出[“{word}”]{output}。这是最后一个。",
  },
};
