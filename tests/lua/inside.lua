-- inside.lua: busted in the program's own Lua state (tests/run starts it by build/tests/inside).
require "busted.runner" { standalone = false }
