"""From a portrait of a pair to the files of an emulated one."""
