"""What all figures share: drawing, style, labels, wording."""
