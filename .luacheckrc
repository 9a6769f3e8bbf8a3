std = "lua54"
max_line_length = 130
-- definitions are read by editors, not run
files["lua/meta/"] = { globals = { "assay" }, ignore = { "212", "241" } }
files["tests/lua/*_spec.lua"] = { std = "lua54+busted" }
