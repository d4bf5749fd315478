"""TensorRT in its two flavours: whether it works here, and the engines that it runs."""
