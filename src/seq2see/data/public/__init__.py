"""Public corpora: where they are, whose they are, and how they get onto the disk.

``corpora.toml`` lists them, ``registry`` reads it, ``download`` fetches one file over HTTP, and
``get`` puts a corpus into the layout that ``seq2see train`` takes. Nothing but ``seq2see data get``
imports the latter two: training and translation never touch a network.
"""
