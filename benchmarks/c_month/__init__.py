"""The month of the model in C: a translator of its rules, and what is needed to time both.

``model`` is the only file that names modules of the model. ``kinds``, ``layout``, ``expressions``
and ``statements`` translate one kernel; ``source`` writes the whole C file; ``build`` compiles it;
``numba_month`` writes the numba month with a clock between its rules; ``bench`` runs both;
``guards`` says what a measurement means.
"""
