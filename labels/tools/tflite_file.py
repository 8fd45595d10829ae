"""Reads operators and weights from a TensorFlow Lite file without TensorFlow: as much of FlatBuffers and of
https://github.com/tensorflow/tensorflow/blob/master/tensorflow/compiler/mlir/lite/schema/schema.fbs as convolutions with
sparse half-precision weights need. The numbers of fields are their places in that schema."""

import struct

import numpy

ADD, CONV_2D, DEPTHWISE_CONV_2D, DEPTH_TO_SPACE, DEQUANTIZE = 0, 3, 4, 5, 6
RESHAPE, RESIZE_BILINEAR, PAD, DENSIFY = 22, 23, 34, 124
TYPES = {0: numpy.float32, 1: numpy.float16, 2: numpy.int32}


class Table:
    """A table of FlatBuffers: fields are found by number, through its vtable."""

    def __init__(self, data, position):
        self.data, self.position = data, position
        self.vtable = position - struct.unpack_from("<i", data, position)[0]

    def place(self, field):
        (size,) = struct.unpack_from("<H", self.data, self.vtable)
        if 4 + 2 * field >= size:
            return None
        (offset,) = struct.unpack_from("<H", self.data, self.vtable + 4 + 2 * field)
        return self.position + offset if offset else None

    def number(self, field, format_, default=0):
        place = self.place(field)
        return default if place is None else struct.unpack_from(format_, self.data, place)[0]

    def target(self, field):
        """Where a field that is an offset leads."""
        place = self.place(field)
        return None if place is None else place + struct.unpack_from("<I", self.data, place)[0]

    def table(self, field):
        target = self.target(field)
        return None if target is None else Table(self.data, target)

    def tables(self, field):
        start = self.target(field)
        (count,) = struct.unpack_from("<I", self.data, start)
        places = range(start + 4, start + 4 + 4 * count, 4)
        return [Table(self.data, place + struct.unpack_from("<I", self.data, place)[0]) for place in places]

    def vector(self, field, type_):
        start = self.target(field)
        if start is None:
            return numpy.zeros(0, type_)
        (count,) = struct.unpack_from("<I", self.data, start)
        return numpy.frombuffer(self.data, type_, count, start + 4)


class Operator:
    def __init__(self, table, codes):
        code = codes[table.number(0, "<I")]
        self.kind = max(code.number(0, "<b"), code.number(3, "<i"))
        self.inputs, self.outputs = table.vector(1, numpy.int32).tolist(), table.vector(2, numpy.int32).tolist()
        self.options = table.table(4)


class Graph:
    """The only subgraph of a file."""

    def __init__(self, data):
        model = Table(data, struct.unpack_from("<I", data, 0)[0])
        codes, buffers = model.tables(1), model.tables(4)
        (subgraph,) = model.tables(2)
        self.tensors = subgraph.tables(0)
        self.buffers = [buffer.vector(0, numpy.uint8) for buffer in buffers]
        self.operators = [Operator(table, codes) for table in subgraph.tables(3)]
        self.inputs = subgraph.vector(1, numpy.int32).tolist()
        self.outputs = subgraph.vector(2, numpy.int32).tolist()
        self.makers = {output: operator for operator in self.operators for output in operator.outputs}

    def shape(self, tensor):
        return self.tensors[tensor].vector(0, numpy.int32).tolist()

    def constant(self, tensor):
        """The values of a constant, through the operators that unpack it."""
        maker = self.makers.get(tensor)
        if maker is None:
            return self.stored(tensor)
        if maker.kind == DEQUANTIZE:
            return self.constant(maker.inputs[0]).astype(numpy.float32)
        if maker.kind == DENSIFY:
            return self.dense(maker.inputs[0])
        raise ValueError(f"tensor {tensor} is no constant")

    def stored(self, tensor):
        table = self.tensors[tensor]
        values = self.buffers[table.number(2, "<I")].view(TYPES[table.number(1, "<b")])
        return values.reshape(self.shape(tensor))

    def dense(self, tensor):
        """A sparse tensor, whose dimensions are each dense or in compressed rows, and which may consist of blocks
        (the comment at `DimensionMetadata` in the schema)."""
        table = self.tensors[tensor]
        shape = self.shape(tensor)
        sparsity = table.table(6)
        order = sparsity.vector(0, numpy.int32).tolist()
        blocked = sparsity.vector(1, numpy.int32).tolist()
        levels = [Level(level) for level in sparsity.tables(2)]
        values = self.buffers[table.number(2, "<I")].view(TYPES[table.number(1, "<b")])
        dense = numpy.zeros(shape, values.dtype)
        # The dimensions after those of the tensor are those within a block.
        block = [level.size for level in levels[len(shape) :]]
        block_sizes = dict(zip(blocked, block))
        used = 0

        def fill(depth, parent, places):
            nonlocal used
            if depth == len(levels):
                index = [0] * len(shape)
                for dimension, place in zip(order, places):
                    if dimension < len(shape):
                        index[dimension] += place * block_sizes.get(dimension, 1)
                    else:
                        index[blocked[dimension - len(shape)]] += place
                dense[tuple(index)] = values[used]
                used += 1
                return
            for child, place in levels[depth].children(parent):
                fill(depth + 1, child, [*places, place])

        fill(0, 0, [])
        if used != len(values):
            raise ValueError(f"{used} of {len(values)} values of tensor {tensor} have a place")
        return dense


class Level:
    """A dimension of a sparse tensor, in the order of its traversal."""

    VECTORS = {1: numpy.int32, 2: numpy.uint16, 3: numpy.uint8}

    def __init__(self, table):
        self.sparse = table.number(0, "<b") == 1
        self.size = table.number(1, "<i")
        if self.sparse:
            self.segments = self.integers(table, 2)
            self.indices = self.integers(table, 4)

    def integers(self, table, field):
        return table.table(field + 1).vector(0, self.VECTORS[table.number(field, "<B")]).tolist()

    def children(self, parent):
        if not self.sparse:
            return [(parent * self.size + place, place) for place in range(self.size)]
        return [(child, self.indices[child]) for child in range(self.segments[parent], self.segments[parent + 1])]
