/** Texts of the scene of copying. */

/** @type {import("seq2see/words/index").Table} */
export const copyingWords = {
  en: {
    "scene.copying": "Generating and copying",
    "copying.lane": "weights",
    "copying.gate.name": "p_gen",
    "copying.generates": "generate",
    "copying.copies": "copy",
    "copying.way.generated": "generated",
    "copying.way.copied": "copied",
    "copying.way.together": "together",
    "copying.weights":
      "Step {step} will say “{word}”. Its [weights]{attention} say where it looks in the source; here they are also the probabilities of the tokens there, if one of them is copied.",
    "copying.generated":
      "One way to a token: softmax makes a distribution over the whole [vocabulary]{decoder}. Of what is shown, it likes “{likeliest}” best, with {likelihood}.",
    "copying.copied.one":
      "The other way: a token of the source is [copied]{attention}. “{word}” stands there once and gets the weight of its place, {copied}; what is not in the source gets nothing.",
    "copying.copied.several":
      "The other way: a token of the source is [copied]{attention}. “{word}” stands there {places} times, and the weights of its places add up to {copied}; what is not in the source gets nothing.",
    "copying.copied.none":
      "The other way: a token of the source is [copied]{attention}. “{word}” is not among them and gets nothing.",
    "copying.gate":
      "How far each way is trusted is p_gen, a sigmoid of context, state and previous token: [generate]{decoder} with {generates}, [copy]{attention} with {copies}.",
    "copying.together":
      "Both distributions, each times its share, are added up: “{word}” gets {generates} of {generated} and {copies} of {copied}, which makes [{together}]{output}.",
    "copying.all":
      "One row for each step: how far it [generates]{decoder} and how far it [copies]{attention}. So a token may be said that training has hardly ever shown, as long as the source has it.",
  },
  zh: {
    "scene.copying": "生成与复制",
    "copying.lane": "权重",
    "copying.gate.name": "p_gen",
    "copying.generates": "生成",
    "copying.copies": "复制",
    "copying.way.generated": "生成",
    "copying.way.copied": "复制",
    "copying.way.together": "合计",
    "copying.weights":
      "第 {step} 步将写出“{word}”。它的[权重]{attention}表示在源句中看哪里；在这里，它们也是复制时取到各个词元的概率。",
    "copying.generated":
      "得到词元的一条路：softmax 给出整个[词表]{decoder}上的分布。在所示词元中，它最看好“{likeliest}”，为 {likelihood}。",
    "copying.copied.one":
      "另一条路：从源句[复制]{attention}一个词元。“{word}”在那里出现一次，得到该位置的权重 {copied}；源句中没有的什么也得不到。",
    "copying.copied.several":
      "另一条路：从源句[复制]{attention}一个词元。“{word}”在那里出现 {places} 次，各位置的权重相加为 {copied}；源句中没有的什么也得不到。",
    "copying.copied.none":
      "另一条路：从源句[复制]{attention}一个词元。“{word}”不在其中，什么也得不到。",
    "copying.gate":
      "两条路各信几分由 p_gen 决定，它是上下文、状态和前一个词元的 sigmoid：[生成]{decoder}占 {generates}，[复制]{attention}占 {copies}。",
    "copying.together":
      "两个分布各乘以自己的份额再相加：“{word}”得到 {generated} 的 {generates} 和 {copied} 的 {copies}，合计 [{together}]{output}。",
    "copying.all":
      "每一步一行：[生成]{decoder}几分，[复制]{attention}几分。因此训练中极少见的词元也能写出，只要源句中有它。",
  },
};
