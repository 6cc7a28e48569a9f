"""Plots. Only this package imports pyqtgraph; who shows a plot imports it when it is first seen."""
