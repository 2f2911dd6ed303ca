/**
 * What the numbers of a trace are called, and what they are for. The keys are their names in the
 * trace, without numbers of layers.
 */

/** @typedef {import("seq2see/words/index").Table} Table */
/** @typedef {import("seq2see/words/index").Language} Language */

// Parts of a recurrent layer, which every layer of either side has.
/** @type {Record<Language, Record<string, string>>} */
const PARTS = {
  en: {
    input_gate: "Input gate",
    forget_gate: "Forget gate",
    output_gate: "Output gate",
    reset_gate: "Reset gate",
    update_gate: "Update gate",
    candidate: "Candidate",
    cell: "Memory cell",
    hidden: "Hidden state",
  },
  zh: {
    input_gate: "输入门",
    forget_gate: "遗忘门",
    output_gate: "输出门",
    reset_gate: "重置门",
    update_gate: "更新门",
    candidate: "候选值",
    cell: "记忆单元",
    hidden: "隐藏状态",
  },
};

// Parts of an attention of a Transformer.
/** @type {Record<Language, Record<string, string>>} */
const HEADS = {
  en: {
    query: "Query of “{place}”, layer {layer}, head {head}, unit {unit}",
    keys: "Key of “{place}”, layer {layer}, head {head}, unit {unit}",
    values: "Value of “{place}”, layer {layer}, head {head}, unit {unit}",
    context: "Context of “{place}”, layer {layer}, head {head}, unit {unit}",
    stream: "Stream of “{place}” after attention of layer {layer}, unit {unit}",
  },
  zh: {
    query: "“{place}”的查询，第 {layer} 层，第 {head} 头，单元 {unit}",
    keys: "“{place}”的键，第 {layer} 层，第 {head} 头，单元 {unit}",
    values: "“{place}”的值，第 {layer} 层，第 {head} 头，单元 {unit}",
    context: "“{place}”的上下文，第 {layer} 层，第 {head} 头，单元 {unit}",
    stream: "“{place}”在第 {layer} 层注意力之后的流，单元 {unit}",
  },
};

/** @type {Record<Language, Record<string, string>>} */
const MAPS = {
  en: {
    "encoder.self_attention.scores": "Score of “{other}” for “{token}”, layer {layer}, head {head}",
    "encoder.self_attention.weights":
      "Weight of “{other}” for “{token}”, layer {layer}, head {head}",
    "decoder.self_attention.scores":
      "Score of “{token}” in step {step}, layer {layer}, head {head}",
    "decoder.self_attention.weights":
      "Weight of “{token}” in step {step}, layer {layer}, head {head}",
    "decoder.cross_attention.scores":
      "Score of “{token}” in step {step} (“{word}”), layer {layer}, head {head}",
    "decoder.cross_attention.weights":
      "Weight of “{token}” in step {step} (“{word}”), layer {layer}, head {head}",
  },
  zh: {
    "encoder.self_attention.scores": "“{token}”对“{other}”的得分，第 {layer} 层，第 {head} 头",
    "encoder.self_attention.weights": "“{token}”对“{other}”的权重，第 {layer} 层，第 {head} 头",
    "decoder.self_attention.scores": "第 {step} 步对“{token}”的得分，第 {layer} 层，第 {head} 头",
    "decoder.self_attention.weights": "第 {step} 步对“{token}”的权重，第 {layer} 层，第 {head} 头",
    "decoder.cross_attention.scores":
      "第 {step} 步（“{word}”）对“{token}”的得分，第 {layer} 层，第 {head} 头",
    "decoder.cross_attention.weights":
      "第 {step} 步（“{word}”）对“{token}”的权重，第 {layer} 层，第 {head} 头",
  },
};

/** @type {Record<Language, Record<string, string>>} */
const SINGLE = {
  en: {
    "encoder.embeddings": "Embedding of “{token}”, unit {unit}",
    "decoder.embeddings": "Embedding that step {step} reads, unit {unit}",
    "encoder.input": "Input of encoder layer {layer} at “{token}”, unit {unit}",
    "decoder.input": "Input of decoder layer {layer} in step {step}, unit {unit}",
    "encoder.residual": "What encoder layer {layer} hands on at “{token}”, unit {unit}",
    "decoder.residual": "What decoder layer {layer} hands on in step {step}, unit {unit}",
    "encoder.outputs": "Encoder state of “{token}”, unit {unit}",
    "encoder.summary": "The one context vector, unit {unit}",
    "encoder.keys": "Key of “{token}”, unit {unit}",
    "decoder.initial.hidden": "State that decoder layer {layer} starts from, unit {unit}",
    "decoder.initial.cell": "Memory that decoder layer {layer} starts from, unit {unit}",
    "decoder.attention.query": "Query of step {step} (“{word}”), unit {unit}",
    "decoder.attention.projected_query": "Query of step {step} times its matrix, unit {unit}",
    "decoder.attention.scores": "Score of “{token}” in step {step} (“{word}”)",
    "decoder.attention.weights": "Weight of “{token}” in step {step} (“{word}”)",
    "decoder.attention.context": "Context of step {step} (“{word}”), unit {unit}",
    "decoder.attention.centre": "Centre of the window of step {step} (“{word}”), counted from 0",
    "decoder.attention.centre_hidden": "What predicts the centre of step {step}, unit {unit}",
    "decoder.attention.window": "What the window of step {step} (“{word}”) lets through of “{token}”",
    "decoder.attention.coverage": "Coverage of “{token}” before step {step} (“{word}”)",
    "decoder.attention.choice": "Position that step {step} (“{word}”) takes, counted from 0",
    "decoder.concatenation": "What the readout of step {step} (“{word}”) reads, unit {unit}",
    "decoder.pieces": "Piece for the maxout of step {step} (“{word}”), unit {unit}",
    "decoder.readout": "Readout of step {step} (“{word}”), unit {unit}",
    "output.logits": "Logit of “{token}” in step {step}",
    "output.probs": "Probability of “{token}” in step {step}",
    "output.log_probs": "Logarithm of the probability of “{token}” in step {step}",
    "output.p_gen": "How far step {step} (“{word}”) generates instead of copying",
    "output.generated": "Probability of “{token}” in step {step}, if one is generated",
    "output.copied": "Probability of “{token}” in step {step}, if one is copied",
    "output.total": "Sum over all tokens that might come in step {step}",
    "encoder.stream": "Stream of “{token}” entering the encoder, unit {unit}",
    "decoder.stream": "Stream of step {step} entering the decoder, unit {unit}",
    layer: "Stream of “{place}” after layer {layer}, unit {unit}",
    "encoder.feedforward.activations": "Hidden unit {unit} of “{token}”, encoder layer {layer}",
    "decoder.feedforward.activations":
      "Hidden unit {unit} of step {step} (“{word}”), decoder layer {layer}",
    normed: "What a block of layer {layer} reads at “{place}”, unit {unit}",
    added: "Stream of “{place}” in layer {layer} before it is normalised, unit {unit}",
    mean: "Mean over the units of “{place}”",
    deviation: "Standard deviation over the units of “{place}”",
    norm: "Length of the stream of “{place}”",
    active: "Share of hidden units above zero at “{place}”",
    largest: "Largest hidden unit at “{place}”",
    more: "{count} more",
  },
  zh: {
    "encoder.embeddings": "“{token}”的嵌入，单元 {unit}",
    "decoder.embeddings": "第 {step} 步读入的嵌入，单元 {unit}",
    "encoder.input": "编码器第 {layer} 层在“{token}”处的输入，单元 {unit}",
    "decoder.input": "解码器第 {layer} 层第 {step} 步的输入，单元 {unit}",
    "encoder.residual": "编码器第 {layer} 层在“{token}”处传出的值，第 {unit} 个单元",
    "decoder.residual": "解码器第 {layer} 层在第 {step} 步传出的值，第 {unit} 个单元",
    "encoder.outputs": "“{token}”的编码器状态，单元 {unit}",
    "encoder.summary": "唯一的上下文向量，单元 {unit}",
    "encoder.keys": "“{token}”的键，单元 {unit}",
    "decoder.initial.hidden": "解码器第 {layer} 层的初始状态，单元 {unit}",
    "decoder.initial.cell": "解码器第 {layer} 层的初始记忆，单元 {unit}",
    "decoder.attention.query": "第 {step} 步（“{word}”）的查询，单元 {unit}",
    "decoder.attention.projected_query": "第 {step} 步的查询乘以其矩阵，单元 {unit}",
    "decoder.attention.scores": "第 {step} 步（“{word}”）对“{token}”的得分",
    "decoder.attention.weights": "第 {step} 步（“{word}”）对“{token}”的权重",
    "decoder.attention.context": "第 {step} 步（“{word}”）的上下文，单元 {unit}",
    "decoder.attention.centre": "第 {step} 步（“{word}”）的窗口中心，从 0 数起",
    "decoder.attention.centre_hidden": "用来预测第 {step} 步窗口中心的量，单元 {unit}",
    "decoder.attention.window": "第 {step} 步（“{word}”）的窗口让“{token}”通过多少",
    "decoder.attention.coverage": "第 {step} 步（“{word}”）之前“{token}”的覆盖量",
    "decoder.attention.choice": "第 {step} 步（“{word}”）取的位置，从 0 数起",
    "decoder.concatenation": "第 {step} 步（“{word}”）读出层的输入，单元 {unit}",
    "decoder.pieces": "第 {step} 步（“{word}”）供 maxout 选取的值，单元 {unit}",
    "decoder.readout": "第 {step} 步（“{word}”）的读出，单元 {unit}",
    "output.logits": "第 {step} 步“{token}”的 logit",
    "output.probs": "第 {step} 步“{token}”的概率",
    "output.log_probs": "第 {step} 步“{token}”概率的对数",
    "output.p_gen": "第 {step} 步（“{word}”）生成而不复制的概率",
    "output.generated": "若生成，第 {step} 步“{token}”的概率",
    "output.copied": "若复制，第 {step} 步“{token}”的概率",
    "output.total": "第 {step} 步所有可能词元之和",
    "encoder.stream": "“{token}”进入编码器的流，单元 {unit}",
    "decoder.stream": "第 {step} 步进入解码器的流，单元 {unit}",
    layer: "“{place}”在第 {layer} 层之后的流，单元 {unit}",
    "encoder.feedforward.activations": "“{token}”的隐藏单元 {unit}，编码器第 {layer} 层",
    "decoder.feedforward.activations":
      "第 {step} 步（“{word}”）的隐藏单元 {unit}，解码器第 {layer} 层",
    normed: "第 {layer} 层的一个模块在“{place}”处读入的值，单元 {unit}",
    added: "“{place}”在第 {layer} 层归一化之前的流，单元 {unit}",
    mean: "“{place}”各单元的平均值",
    deviation: "“{place}”各单元的标准差",
    norm: "“{place}”的流的长度",
    active: "“{place}”处大于零的隐藏单元所占比例",
    largest: "“{place}”处最大的隐藏单元",
    more: "另有 {count} 项",
  },
};

/** @type {Record<Language, Record<string, string>>} */
const ABOUT = {
  en: {
    embeddings: "A row of the table of embeddings: what the model has learnt about this token.",
    input: "What the layer reads: here nothing is calculated, only put side by side.",
    input_gate: "How much of the candidate enters the memory: 0 nothing, 1 all of it.",
    forget_gate: "How much of the old memory stays: 0 nothing, 1 all of it.",
    output_gate: "How much of the memory others get to see.",
    reset_gate: "How much of the past the candidate may use.",
    update_gate: "How much of the old state stays; the rest comes from the candidate.",
    candidate: "What the layer would write now, before the gates decide.",
    cell: "The memory: what was kept of it, and what was added.",
    hidden: "What the layer hands on, to its next step and to the layer above.",
    summary: "The whole source in one vector.",
    keys: "What a source position shows to those who ask.",
    query: "What is being looked for.",
    projected_query: "The state that asks, made comparable with the keys.",
    scores: "How well a position fits what is being looked for. Larger is better.",
    weights: "Softmax turns scores into shares: positive, and 1 in sum.",
    windowed: "The share that softmax gives within the window, times what the window lets through.",
    centre: "The position around which this step looks.",
    centre_hidden: "The state that asks, turned into what predicts a position.",
    window: "Nothing outside the window; inside it, 1 or less the farther from the centre.",
    coverage: "How much attention the position has had from all steps before.",
    choice: "The position of the largest weight; in training it is drawn by the weights.",
    context: "The average of what was looked at, each with its weight.",
    values: "What a position gives to those who attend to it.",
    concatenation: "Vectors side by side, as one longer vector.",
    pieces: "Of each pair only the larger goes on.",
    readout: "What the output layer reads.",
    logits: "How well a token fits as the next one. Softmax makes probabilities of logits.",
    probs: "The token's share of all that might come next.",
    p_gen: "The probability that the token comes from the vocabulary; else one of the source is copied.",
    generated: "The token's share of the vocabulary: softmax over the logits.",
    copied: "The attention of all places where the token stands in the source.",
    log_probs: "Adding logarithms is multiplying probabilities.",
    total: "Dividing by it makes the probabilities sum to 1.",
    stream: "The vector that runs through the layers; each block adds to it.",
    activations: "What is below zero is cut off.",
    normed: "Layer normalisation: mean 0 and deviation 1, then stretched and shifted.",
    added: "The stream, and what the block has found.",
    outputs: "What the encoder leaves for the decoder.",
    masked: "Nothing can be looked at here, so the score is minus infinity and the weight 0.",
    mean: "What layer normalisation subtracts.",
    deviation: "What layer normalisation divides by.",
  },
  zh: {
    embeddings: "嵌入表中的一行：模型对这个词元学到的知识。",
    input: "这一层读入的值：不做计算，只是并排放置。",
    input_gate: "候选值有多少进入记忆：0 为全不进入，1 为全部进入。",
    forget_gate: "旧记忆保留多少：0 为全不保留，1 为全部保留。",
    output_gate: "记忆有多少对外可见。",
    reset_gate: "候选值可以使用多少过去的信息。",
    update_gate: "旧状态保留多少；其余来自候选值。",
    candidate: "门作出决定之前，这一层想写入的内容。",
    cell: "记忆：保留下来的，加上新写入的。",
    hidden: "这一层传下去的值：给下一步，也给上一层。",
    summary: "整个源句压缩成的一个向量。",
    keys: "源位置供查询比较的内容。",
    query: "正在寻找的内容。",
    projected_query: "发问的状态，变换后可与键比较。",
    scores: "某个位置与所寻找内容的匹配程度，越大越好。",
    weights: "softmax 把得分变成份额：都为正数，总和为 1。",
    windowed: "窗口内 softmax 得到的份额，乘以窗口让其通过的比例。",
    centre: "这一步的窗口围绕的位置。",
    centre_hidden: "发问的状态，变换后用来预测位置。",
    window: "窗口外为 0；窗口内离中心越远，通过得越少。",
    coverage: "这个位置从之前所有步骤得到的注意力之和。",
    choice: "翻译时取权重最大的位置；训练时按权重抽取。",
    context: "所关注内容按权重的平均。",
    values: "一个位置交给关注者的内容。",
    concatenation: "并排放置的向量，合成一个更长的向量。",
    pieces: "每一对中只有较大的继续向前。",
    readout: "输出层读入的值。",
    logits: "一个词元作为下一个词的合适程度。softmax 把 logit 变成概率。",
    probs: "这个词元在所有可能中所占的份额。",
    p_gen: "词元取自词表的概率；其余情况下从源句复制一个。",
    generated: "这个词元在词表中的份额：对 logit 作 softmax。",
    copied: "这个词元在源句中所有位置的注意力之和。",
    log_probs: "对数相加等于概率相乘。",
    total: "除以它，概率的总和就是 1。",
    stream: "贯穿各层的向量；每个模块都向其中添加内容。",
    activations: "小于零的部分被截去。",
    normed: "层归一化：均值 0、标准差 1，再缩放和平移。",
    added: "流，加上这个模块找到的内容。",
    outputs: "编码器留给解码器的内容。",
    masked: "这里没有可看的内容，所以得分为负无穷，权重为 0。",
    mean: "层归一化要减去的值。",
    deviation: "层归一化的除数。",
  },
};

/** @type {Record<Language, Record<string, string>>} */
const PLACES = {
  en: {
    "encoder.forward":
      "{part} of encoder layer {layer}, reading forward, at “{token}”, unit {unit}",
    "encoder.backward":
      "{part} of encoder layer {layer}, reading backward, at “{token}”, unit {unit}",
    decoder: "{part} of decoder layer {layer} in step {step} (“{word}”), unit {unit}",
  },
  zh: {
    "encoder.forward": "编码器第 {layer} 层（正向）在“{token}”处的{part}，单元 {unit}",
    "encoder.backward": "编码器第 {layer} 层（反向）在“{token}”处的{part}，单元 {unit}",
    decoder: "解码器第 {layer} 层第 {step} 步（“{word}”）的{part}，单元 {unit}",
  },
};

/** @type {Table} */
export const equationWords = { en: tableOf("en"), zh: tableOf("zh") };

/**
 * @param {Language} language
 * @returns {Record<string, string>}
 */
function tableOf(language) {
  /** @type {Record<string, string>} */
  const table = {};
  /**
   * @param {string} key
   * @param {string} text
   */
  const add = (key, text) => {
    table[`equation.${key}`] = text;
  };
  for (const [place, text] of Object.entries(PLACES[language])) {
    for (const [part, called] of Object.entries(PARTS[language])) {
      add(`${place}.${part}`, text.replace("{part}", called));
    }
  }
  for (const block of ["encoder.self", "decoder.self", "decoder.cross"]) {
    for (const [part, text] of Object.entries(HEADS[language]))
      add(`${block}_attention.${part}`, text);
  }
  for (const texts of [SINGLE, MAPS]) {
    for (const [key, text] of Object.entries(texts[language])) add(key, text);
  }
  for (const [key, text] of Object.entries(ABOUT[language])) add(`about.${key}`, text);
  return table;
}
