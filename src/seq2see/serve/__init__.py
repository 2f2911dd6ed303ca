"""A translator that other programs and people can use: runs behind an HTTP interface.

A request goes one way: ``guard`` (who may ask, and how much) -> an interface (``libretranslate``,
``opennmt``, ``native``) -> ``service`` (which run, which sentences) -> ``batcher`` (together with
the sentences of other requests) -> a translator.
"""
