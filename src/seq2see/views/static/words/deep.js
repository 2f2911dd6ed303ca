/** Texts of the scene of a deep recurrent model, and of what its layers hand on. */

/** @type {import("seq2see/words/index").Table} */
export const deepWords = {
  en: {
    "scene.deep": "Layer upon layer",
    "deep.encoder.name": "encoder, {layers} layers",
    "deep.decoder.name": "decoder, {layers} layers, step {step}",
    "deep.layer": "layer {layer}",
    "deep.attention": "attention",
    "deep.query": "asks",
    "deep.found": "context",
    "deep.crossing": "{count} vectors cross",
    "deep.encoder":
      "The first of {layers} [encoder]{encoder} layers reads the {count} tokens. What it makes of each of them is what the next layer reads.",
    "deep.encoder.both":
      "The first of {layers} [encoder]{encoder} layers reads the {count} tokens from both ends. Both states of a token, side by side, are what the next layer reads.",
    "deep.encoder.next": "[Layer {layer}]{encoder} reads the states of the layer before, in one direction.",
    "deep.encoder.adds":
      "From [layer {layer}]{encoder} on, a [path]{output} leads past the layer: it adds to what it was handed. At “{word}”, a state of length {added} and {handed} from the layer before make {sum}.",
    "deep.encoder.adds.next":
      "[Layer {layer}]{encoder} adds a state of length {added} to the {handed} that it was handed: {sum}.",
    "deep.crosses":
      "What the top layer hands on, a vector for each of the {count} tokens, is what [attention]{attention} chooses from.",
    "deep.asks.bottom":
      "The [first decoder layer]{decoder} asks, with its state from before step {step}. It need not wait for the layers after it. Most goes to “{most}”, {weight}.",
    "deep.asks.top":
      "The [top decoder layer]{decoder} asks, with its state from before step {step}. Most goes to “{most}”, {weight}.",
    "deep.context.all": "The [context]{attention} that was found goes to every layer of the step.",
    "deep.context.first": "The [context]{attention} that was found goes to the first layer of the step.",
    "deep.decoder": "Step {step} reads “{read}”. The [first layer]{decoder} takes its step.",
    "deep.decoder.next": "[Layer {layer}]{decoder} reads the new state of the layer before.",
    "deep.decoder.adds":
      "[Layer {layer}]{decoder} is the first that [adds]{output} to what it was handed: a state of length {added}, and {handed} from the layer before, make {sum}.",
    "deep.decoder.adds.next":
      "[Layer {layer}]{decoder} adds a state of length {added} to {handed}: {sum}.",
    "deep.word":
      "What the top layer hands on is compared with every token of the vocabulary: [“{word}”]{output} gets {probability}.",
    "deep.word.last":
      "What the top layer hands on is compared with every token of the vocabulary: [“{word}”]{output} gets {probability}, and is the last one.",
    "dance.readout.layers":
      "The further layers go on from the [new state]{decoder}. What the top one hands on is the readout.",
  },
  zh: {
    "scene.deep": "层层相叠",
    "deep.encoder.name": "编码器，{layers} 层",
    "deep.decoder.name": "解码器，{layers} 层，第 {step} 步",
    "deep.layer": "第 {layer} 层",
    "deep.attention": "注意力",
    "deep.query": "提问",
    "deep.found": "上下文",
    "deep.crossing": "传过去 {count} 个向量",
    "deep.encoder":
      "[编码器]{encoder}共 {layers} 层，第一层读入 {count} 个词元。它为每个词元得到的状态，就是下一层读入的。",
    "deep.encoder.both":
      "[编码器]{encoder}共 {layers} 层，第一层从两端读入 {count} 个词元。每个词元的两个状态并排，就是下一层读入的。",
    "deep.encoder.next": "[第 {layer} 层]{encoder}沿一个方向读入前一层的状态。",
    "deep.encoder.adds":
      "从[第 {layer} 层]{encoder}起，有一条[通路]{output}绕过该层：它在收到的向量上相加。在“{word}”处，长度为 {added} 的状态与前一层传来的 {handed} 合成 {sum}。",
    "deep.encoder.adds.next":
      "[第 {layer} 层]{encoder}把长度为 {added} 的状态加到收到的 {handed} 上：{sum}。",
    "deep.crosses": "顶层传出的，每个词元一个向量，共 {count} 个，供[注意力]{attention}选择。",
    "deep.asks.bottom":
      "[解码器第一层]{decoder}用第 {step} 步之前的状态提问，不必等待后面各层。最多的给了“{most}”，{weight}。",
    "deep.asks.top":
      "[解码器顶层]{decoder}用第 {step} 步之前的状态提问。最多的给了“{most}”，{weight}。",
    "deep.context.all": "得到的[上下文]{attention}传给这一步的每一层。",
    "deep.context.first": "得到的[上下文]{attention}传给这一步的第一层。",
    "deep.decoder": "第 {step} 步读入“{read}”，[第一层]{decoder}走一步。",
    "deep.decoder.next": "[第 {layer} 层]{decoder}读入前一层的新状态。",
    "deep.decoder.adds":
      "[第 {layer} 层]{decoder}是第一个在收到的向量上[相加]{output}的层：长度为 {added} 的状态与前一层传来的 {handed} 合成 {sum}。",
    "deep.decoder.adds.next":
      "[第 {layer} 层]{decoder}把长度为 {added} 的状态加到 {handed} 上：{sum}。",
    "deep.word": "顶层传出的向量与词表中的每个词元比较：[“{word}”]{output}得 {probability}。",
    "deep.word.last":
      "顶层传出的向量与词表中的每个词元比较：[“{word}”]{output}得 {probability}，这是最后一个。",
    "dance.readout.layers": "后面各层从[新状态]{decoder}继续；顶层传出的就是读出。",
  },
};
