"""Text → model, one module a family of screens.

A reader believes a whole screen or none: what is missing or contradicts itself raises
`Unparsed`; a line that is merely new is passed over.
"""
