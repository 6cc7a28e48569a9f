"""The control room for the Imaging FlowCytobot."""
