"""Zerostage's command line: kernels to programs, programs to runs, runs to comparisons."""
