"""What a stack costs at AWS, by the number of its teachers, and what limit it meets first: `python -m bench.cost`."""
