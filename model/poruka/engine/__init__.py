"""The engine, which does not know the subject: state, parameters, random streams, the rule and its
registry, code generation, compilation.
"""
