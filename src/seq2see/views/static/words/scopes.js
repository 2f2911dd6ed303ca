/** Texts of the scenes of local and hard attention, and of coverage. */

/** @type {import("seq2see/words/index").Table} */
export const scopeWords = {
  en: {
    "attention.softmax.local":
      "Softmax turns the scores in the window into [weights]{attention}; outside it, every weight is exactly 0. “{most}” gets {weight}.",
    "attention.multiply.local":
      "Each [encoder state]{encoder} is multiplied by its [weight]{attention}: of those outside the window nothing is left.",
    "attention.sum.local":
      "The weighted states are added up. The sum is the [context]{attention} of step {step}, made of the window alone: here, mostly “{most}”.",
    "attention.softmax.hard":
      "Softmax turns the scores into [weights]{attention} that are positive and sum to 1. “{most}” gets {weight}: it is the most probable position.",
    "attention.multiply.hard":
      "Hard attention does not mix: it keeps one [encoder state]{encoder} whole and drops the others.",
    "attention.sum.hard":
      "So the [context]{attention} of step {step} is a single [encoder state]{encoder}, whatever weights the others had.",
    "scene.window": "Local attention",
    "window.lane.places": "position",
    "window.lane.window": "window",
    "window.lane.shares": "shares",
    "window.lane.left": "weights",
    "window.places":
      "Step {step}, which writes “{word}”, will not look at all {count} [source tokens]{encoder}, which are counted from 0 here, but at those around one place.",
    "window.centre.predicted":
      "The [state that asks]{decoder} predicts the place: {centre}. It may lie between two tokens.",
    "window.centre.given":
      "The place is that of the step itself, {centre}: this attention takes it that both languages keep the same order.",
    "window.window.predicted":
      "The [window]{attention} reaches {reach} positions to either side. Within it a bell curve lets less through the farther from the centre: through it the prediction learns where it should have been.",
    "window.window.given":
      "The [window]{attention} reaches {reach} positions to either side. Outside it nothing is compared at all.",
    "window.shares":
      "Softmax turns the scores in the window into shares that sum to 1. Outside, every share is exactly 0.",
    "window.left.predicted":
      "The shares times the bell curve are the [weights]{attention}: “{most}” has {weight}. They sum to {total}; the paper does not bring that back to 1.",
    "window.left.given":
      "Softmax turns the scores in the window into the [weights]{attention}: “{most}” has {weight}. Outside, every weight is exactly 0.",
    "window.nothing":
      "Step {step} has been left without attention: every [weight]{attention} is 0, so nothing comes from the source.",
    "window.travel.predicted":
      "One row for each step: its [window]{attention} and the [centre]{decoder} that was predicted, which may jump back and forth over the source.",
    "window.travel.given":
      "One row for each step: its [window]{attention} and its [centre]{decoder}, which moves on by one position at a time, whatever is being said.",
    "scene.choice": "Hard attention",
    "choice.lane.states": "states",
    "choice.lane.weights": "weights",
    "choice.lane.context": "context",
    "choice.states":
      "Step {step}, which writes “{word}”, will take one of the {count} [encoder states]{encoder}, instead of a mixture of all.",
    "choice.weights":
      "As always, scores and softmax give [weights]{attention}. Here they are the probabilities with which a position is taken: “{chosen}” has {weight}.",
    "choice.pick":
      "In translation the [most probable position]{decoder} is taken, that of “{chosen}”. In training it is drawn by chance, so that the others, with {rest} together, are tried too.",
    "choice.context":
      "The [context]{attention} is the state of “{chosen}” as it is. Since a draw has no slope, training rewards draws after which the right word was more probable than usual (REINFORCE).",
    "choice.all":
      "One row for each step: the [position]{decoder} that was taken, over the [weights]{attention} it was taken from.",
    "scene.coverage": "Coverage",
    "coverage.lane.before": "before",
    "coverage.lane.weights": "weights",
    "coverage.lane.after": "covered",
    "coverage.lane.left": "left",
    "coverage.start":
      "Before the first step nothing has been looked at: the coverage of every [source token]{encoder} is 0.",
    "coverage.before":
      "Before step {step} writes “{word}”, the [weights]{attention} of all steps so far are added up for every [source token]{encoder}. The sum is its coverage: “{most}” has had the most, {had}.",
    "coverage.weights":
      "The coverage enters the score, beside the state that asks and the key, so that attention can turn to what is left. Step {step} gives “{now}” the largest [weight]{attention}, {weight}.",
    "coverage.after":
      "Now these [weights]{attention} are added too. The [line]{decoder} stands at 1, about where a token has been dealt with; what rises above it is looked at again.",
    "coverage.left":
      "What is missing to 1 is [left]{encoder} to be said: {left} of {count} tokens, taken together. Of the attention of this step, {again} went to what was covered before: that much a coverage loss counts.",
    "coverage.all":
      "One row for each step: its [weights]{attention}, and at the foot of each a [bar]{decoder} as long as the token is covered by then. A token that has none at the end was never looked at.",
  },
  zh: {
    "attention.softmax.local":
      "softmax 把窗口内的得分变成[权重]{attention}；窗口之外每个权重都恰好为 0。“{most}”得到 {weight}。",
    "attention.multiply.local":
      "每个[编码器状态]{encoder}乘以自己的[权重]{attention}：窗口之外的什么也不剩。",
    "attention.sum.local":
      "把加权后的状态相加，就得到第 {step} 步的[上下文]{attention}，它只由窗口构成：这里主要是“{most}”。",
    "attention.softmax.hard":
      "softmax 把得分变成[权重]{attention}：都为正数，总和为 1。“{most}”得到 {weight}：它是最可能的位置。",
    "attention.multiply.hard": "硬注意力不作混合：它完整地保留一个[编码器状态]{encoder}，舍去其他的。",
    "attention.sum.hard":
      "因此第 {step} 步的[上下文]{attention}就是单独一个[编码器状态]{encoder}，不管其他状态的权重是多少。",
    "scene.window": "局部注意力",
    "window.lane.places": "位置",
    "window.lane.window": "窗口",
    "window.lane.shares": "份额",
    "window.lane.left": "权重",
    "window.places":
      "写出“{word}”的第 {step} 步不看全部 {count} 个[源词元]{encoder}（这里从 0 数起），只看某个位置周围的几个。",
    "window.centre.predicted": "[提问的状态]{decoder}预测这个位置：{centre}。它可以落在两个词元之间。",
    "window.centre.given": "这个位置就是步数本身，{centre}：这种注意力假定两种语言的语序相同。",
    "window.window.predicted":
      "[窗口]{attention}向两侧各伸出 {reach} 个位置。窗口内的钟形曲线使离中心越远的通过得越少：预测正是借助它学会该看哪里。",
    "window.window.given": "[窗口]{attention}向两侧各伸出 {reach} 个位置。窗口之外完全不作比较。",
    "window.shares": "softmax 把窗口内的得分变成总和为 1 的份额。窗口之外每个份额都恰好为 0。",
    "window.left.predicted":
      "份额乘以钟形曲线就是[权重]{attention}：“{most}”得到 {weight}。总和为 {total}，论文并不把它恢复为 1。",
    "window.left.given":
      "softmax 把窗口内的得分变成[权重]{attention}：“{most}”得到 {weight}。窗口之外每个权重都恰好为 0。",
    "window.nothing": "第 {step} 步被拿掉了注意力：每个[权重]{attention}都是 0，源句什么也没有传来。",
    "window.travel.predicted":
      "每一步一行：它的[窗口]{attention}和预测出的[中心]{decoder}，中心可以在源句上来回跳动。",
    "window.travel.given":
      "每一步一行：它的[窗口]{attention}和[中心]{decoder}，无论在说什么，中心每次都前移一个位置。",
    "scene.choice": "硬注意力",
    "choice.lane.states": "状态",
    "choice.lane.weights": "权重",
    "choice.lane.context": "上下文",
    "choice.states":
      "写出“{word}”的第 {step} 步只取 {count} 个[编码器状态]{encoder}中的一个，而不是全部的混合。",
    "choice.weights":
      "与往常一样，得分和 softmax 给出[权重]{attention}。在这里它们是取到各个位置的概率：“{chosen}”为 {weight}。",
    "choice.pick":
      "翻译时取[最可能的位置]{decoder}，即“{chosen}”。训练时按概率抽取，因此合计 {rest} 的其他位置也会被尝试。",
    "choice.context":
      "[上下文]{attention}就是“{chosen}”的状态本身。抽取没有斜率，所以训练奖励那些让正确的词比平常更可能出现的抽取（REINFORCE）。",
    "choice.all": "每一步一行：取到的[位置]{decoder}，以及从中抽取的[权重]{attention}。",
    "scene.coverage": "覆盖",
    "coverage.lane.before": "此前",
    "coverage.lane.weights": "权重",
    "coverage.lane.after": "已覆盖",
    "coverage.lane.left": "剩余",
    "coverage.start": "第一步之前什么也没有看过：每个[源词元]{encoder}的覆盖量都是 0。",
    "coverage.before":
      "第 {step} 步写出“{word}”之前，对每个[源词元]{encoder}把此前所有步骤的[权重]{attention}相加，这个和就是它的覆盖量：“{most}”得到的最多，为 {had}。",
    "coverage.weights":
      "覆盖量与提问的状态和键一起进入得分，使注意力能够转向剩下的部分。第 {step} 步把最大的[权重]{attention} {weight} 给了“{now}”。",
    "coverage.after":
      "现在把这些[权重]{attention}也加上去。[横线]{decoder}在 1 处，大约表示这个词元已经处理完；超出的部分是又看了一遍。",
    "coverage.left":
      "离 1 还差多少，就还[剩]{encoder}多少要说：{count} 个词元合计剩下 {left}。这一步的注意力有 {again} 给了先前已经覆盖的部分：覆盖损失计算的正是它。",
    "coverage.all":
      "每一步一行：它的[权重]{attention}，以及每格底部的[横条]{decoder}，长度表示词元到那时覆盖了多少。到最后仍没有横条的，就没有被看过。",
  },
};
