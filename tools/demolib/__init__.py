"""Parts of tools/demo.py and tools/nl-truth. Python 3 standard library only."""
