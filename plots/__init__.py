"""Figures, drawn from run directories."""
