"""What camera and photomultipliers see, as tables of numbers; images stay where they are."""
