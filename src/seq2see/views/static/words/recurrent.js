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
    "attention.states":
      "Step {step} is about to write “{word}”. The encoder has left one [state]{encoder} for each of the {count} source tokens, and all of them are within reach.",
    "attention.scores":
      "The [decoder]{decoder} compares its own state with every [encoder state]{encoder}: each gets one [score]{attention}. The highest, {score}, goes to “{most}”.",
    "attention.softmax":
      "Softmax turns the scores into [weights]{attention} that are positive and sum to 1. “{most}” gets {weight}.",
    "attention.multiply":
      "Each [encoder state]{encoder} is multiplied by its [weight]{attention}: what matters stays strong, the rest goes pale.",
    "attention.sum":
      "The weighted states are added up. The sum is the [context]{attention} of this step, and of this step alone.",
  },
  zh: {
    "scene.attention": "注意力",
    "attention.row.states": "状态",
    "attention.row.scores": "得分",
    "attention.row.softmax": "权重",
    "attention.row.multiply": "加权",
    "attention.row.sum": "上下文",
    "attention.states":
      "第 {step} 步将写出“{word}”。编码器为 {count} 个源词元各留下了一个[状态]{encoder}，它们全都可用。",
    "attention.scores":
      "[解码器]{decoder}把自己的状态与每个[编码器状态]{encoder}比较，各得一个[得分]{attention}。最高分 {score} 给了“{most}”。",
    "attention.softmax":
      "softmax 把得分变成[权重]{attention}：都为正数，总和为 1。“{most}”得到 {weight}。",
    "attention.multiply":
      "每个[编码器状态]{encoder}乘以自己的[权重]{attention}：重要的保持鲜明，其余的变淡。",
    "attention.sum": "把加权后的状态相加，就得到这一步（也只属于这一步）的[上下文]{attention}。",
  },
};
