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
      "The [line]{output} joins the darkest cell of each row: {links} of {count} rows are aligned with a source word. Dashed, it goes back {back} times: there the two languages order their words differently.",
    "matrix.path.straight":
      "The [line]{output} joins the darkest cell of each row: {links} of {count} rows are aligned with a source word. It never goes back: here both sides have the same order.",
    "matrix.end":
      "Some attention goes to [</s>]{decoder}, the end of the source, where there is nothing to translate: {share} on average. It is where the model looks when it needs no source word.",
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
      "[折线]{output}连接每行颜色最深的格子：{count} 行中有 {links} 行与某个源词对齐。虚线处共后退 {back} 次：两种语言的词序在那里不同。",
    "matrix.path.straight":
      "[折线]{output}连接每行颜色最深的格子：{count} 行中有 {links} 行与某个源词对齐。它从不后退：这里两边词序相同。",
    "matrix.end":
      "一部分注意力给了源句的结尾 [</s>]{decoder}，那里没有可译的词：平均 {share}。不需要源词时，模型就看那里。",
  },
};
