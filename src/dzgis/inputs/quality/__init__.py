"""What is wrong with a layer: one idea a file, limits and code lists as data beside them."""
