"""Reads a state dictionary from the file format of PyTorch before 1.6, without PyTorch: three pickled headers, the
pickled dictionary, the list of storages, and each storage's bytes. Only what such a dictionary needs is unpickled."""

import collections
import pickle
import struct

import numpy

TYPES = {"FloatStorage": numpy.float32, "LongStorage": numpy.int64}


class Tensor:
    """A view into a storage. Many are transposed, so their strides matter."""

    def __init__(self, storage, offset, shape, strides, *_):
        self.storage, self.offset, self.shape, self.strides = storage, offset, shape, strides


class Reader(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return Tensor
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if module == "torch" and name in TYPES:
            return TYPES[name]
        raise pickle.UnpicklingError(f"{module}.{name} is not expected in a state dictionary")

    def persistent_load(self, identifier):
        _, type_, key, *_ = identifier
        return type_, key


def state_dictionary(file):
    """Every tensor as an array, by its name."""
    for _ in ("magic number", "version of the protocol", "the writer's machine"):
        Reader(file).load()
    tensors = Reader(file).load()
    types = {key: type_ for type_, key in (tensor.storage for tensor in tensors.values())}
    storages = {}
    for key in Reader(file).load():
        (length,) = struct.unpack("<q", file.read(8))
        type_ = numpy.dtype(types[key])
        storages[key] = numpy.frombuffer(file.read(length * type_.itemsize), type_)
    if file.read(1):
        raise ValueError("bytes are left after the last storage")
    return {name: array(tensor, storages[tensor.storage[1]]) for name, tensor in tensors.items()}


def array(tensor, storage):
    strides = [stride * storage.itemsize for stride in tensor.strides]
    view = numpy.lib.stride_tricks.as_strided(storage[tensor.offset :], tensor.shape, strides)
    return numpy.ascontiguousarray(view)
