"""The command line: one module for each group of commands.

Commands import heavy libraries (plots, agents, graphs, tables) in their functions, so that a
command which only looks something up starts at once.
"""
