"""What each panel shows of a world, as plain values: tested without a browser, drawn by
``panels``.
"""
