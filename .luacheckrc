std = "lua54"
max_line_length = 120
files["tests/lua/*_spec.lua"] = { std = "lua54+busted" }
files["scripts/"] = { globals = { "arg" } }
