-- escape.lua DATA SECRET: what a script must not be able to do, from a run that tests/faults/escape
-- has set up. Prints a line for each way out that was found, and the counts.

local data, secret = ...
local passed, failed = 0, 0

local function result(name, refused, why)
  if refused then
    passed = passed + 1
  else
    failed = failed + 1
    print(("FAILED: %s: %s"):format(name, tostring(why)))
  end
end

--- The attempt must raise, or give nil or false.
local function refused(name, attempt, ...)
  local good, value = pcall(attempt, ...)
  result(name, not good or not value, value)
end

--- What people may go on doing.
local function allowed(name, attempt, ...)
  local good, value = pcall(attempt, ...)
  result(name, good and value, value)
end

--- The attempt must raise a message that says what to do instead.
local function told(name, hint, attempt, ...)
  local good, why = pcall(attempt, ...)
  result(name, not good and tostring(why):find(hint, 1, true), why)
end

-- ---- reading outside ----

local places = {
  secret, "/etc/passwd", "../secret.txt", "../../../../../../../../etc/passwd", "sub/../../secret.txt", "./../secret.txt",
  "leads-out", "leads-up/secret.txt", "absolute", "/proc/self/mem", "/proc/self/environ", "/proc/self/maps", "memory",
  "/proc/1/environ", "/dev/zero", "/dev/tty", "/dev/stdin", "/proc/self/fd/0", "pipe", "sub", ".", "..", "", "/",
  "//etc/passwd", "sub/./../../secret.txt", "inside.txt\0/../../secret.txt", ("../"):rep(2000) .. "etc/passwd",
  data .. "/inside.txt", -- by a path that leads in, but is not the folder's own
}
local assay = require "assay"
for _, place in ipairs(places) do
  local name = ("%q"):format(#place > 60 and place:sub(1, 60) or place)
  if not place:find "\0" then -- C functions see the text before the 0
    for _, mode in ipairs { "r", "rb", "r+", "w", "w+", "a", "a+b" } do
      if place ~= "pipe" and place ~= "sub" and place ~= "leads-out" and place ~= "memory" and place ~= "absolute"
        or mode:find "^rb?$" then -- the others make files of these names among the outputs
        refused("io.open " .. name .. " " .. mode, io.open, place, mode)
      end
    end
    refused("io.lines " .. name, io.lines, place)
    refused("io.input " .. name, io.input, place)
    refused("loadfile " .. name, loadfile, place)
    refused("dofile " .. name, dofile, place)
    refused("assay.read " .. name, assay.read, place)
    refused("assay.read_json " .. name, assay.read_json, place)
    refused("assay.open_sample " .. name, assay.open_sample, place)
    refused("require " .. name, require, place)
  end
end
refused("a module above the folder", require, "..secret")
refused("a module by a path", require, secret:gsub("%.txt$", ""))
package.path = secret .. ";/?.lua;/etc/?"
refused("package.path", require, "passwd")
package.cpath = "/usr/lib/x86_64-linux-gnu/lua/5.4/?.so"
refused("package.cpath", require, "lfs")
told("package.searchpath", "beside the script", function() return package.searchpath("x", "/etc/passwd") end)

-- ---- writing outside ----

local frame = assay.frame { columns = { "a" }, rows = { { 1 } } }
for _, place in ipairs { data .. "/new.csv", "../new.csv", "/tmp/assay-new.csv", "sub/../../new.csv", "..", "." } do
  refused("frame:write " .. place, function() return frame:write(place) or true end)
  refused("io.open w " .. place, io.open, place, "w")
  refused("io.output " .. place, io.output, place)
  refused("write_json " .. place, function() return assay.write_json({}, place) or true end)
end
refused("appending to data", io.open, data .. "/inside.txt", "a")
refused("changing data in place", io.open, "inside.txt", "r+")
allowed("a name that data has is a new output", function()
  local file = assert(io.open("inside.txt", "w"))
  return file:write "mine" and file:close()
end)

-- ---- what was taken away ----

for name, hint in pairs {
  ["io.popen"] = "--trust", ["os.execute"] = "--trust", ["package.loadlib"] = "--trust", ["io.tmpfile"] = "outputs",
  ["os.tmpname"] = "outputs", ["os.remove"] = "outputs appear whole", ["os.rename"] = "outputs appear whole",
  ["os.getenv"] = "behind --", ["os.setlocale"] = "same everywhere", ["string.dump"] = "text",
} do
  local library, field = name:match "(%w+)%.(%w+)"
  told(name, "is not available in a run: ", _G[library][field], "inside.txt", "*", print)
  told(name, hint, _G[library][field], "inside.txt", "*", print)
  result(name .. " by require", require(library) == _G[library])
end
for name, f in pairs(debug) do
  if name ~= "traceback" then told("debug." .. name, "debug.traceback is there", f, 1) end
end
allowed("debug.traceback", debug.traceback)

-- ---- code that is not text ----

local bytecode = assert(io.open("bytecode", "rb")):read "a"
refused("load of bytecode", load, bytecode)
refused("load of bytecode, mode b", load, bytecode, "x", "b")
refused("load of bytecode, mode bt", load, bytecode, "x", "bt")
refused("load of bytecode by a function", function()
  local sent = false
  return load(function()
    if not sent then sent = true return bytecode end
  end, "x", "b")
end)
refused("load of text, mode b", load, "return 1", "x", "b")
refused("dofile of bytecode", dofile, "bytecode.lua")
refused("loadfile of bytecode", loadfile, "bytecode.lua", "b")
refused("require of bytecode", require, "bytecode")
allowed("load of text", function() return load("return x", "x", "t", { x = 7 })() == 7 end)
allowed("load of text without environment", function() return load("return ...")(8) == 8 end)
allowed("load with nil as environment", function() return not pcall(load("return x", "x", "t", nil)) end)

-- ---- metatables that others rely on ----

refused("the metatable of text", function() return type(getmetatable "") == "table" end)
refused("setting it", setmetatable, "", {})
refused("writing to it", function() getmetatable("").__index = nil return true end)
refused("the metatable of files", function() return type(getmetatable(io.stdout)) == "table" end)
refused("the collector of a file", function() return getmetatable(io.stdout).__gc end)
refused("an error's metatable", function()
  local _, err = pcall(assay.read, "none.csv")
  return type(getmetatable(err)) == "table"
end)
refused("a row's metatable", function()
  local kind
  frame:where(function(row) kind = getmetatable(row) return true end)
  return type(kind) == "table"
end)
refused("a frame's metatable", function() return getmetatable(frame).__gc end)
local kept = {}
for name, f in pairs(string) do kept[name] = f end
for name in pairs(kept) do rawset(string, name, function() return nil end) end -- the checks are not made of these
local leaks = { (io.open(secret)) or false, (pcall(io.lines, secret)), (pcall(assay.read, secret)) }
for name, f in pairs(kept) do rawset(string, name, f) end
result("io.open with another string library", leaks[1] == false)
result("io.lines with another string library", leaks[2] == false)
result("assay.read with another string library", leaks[3] == false)

-- ---- the same through what runs later ----

local late = {}
setmetatable({}, { __gc = function() late.gc = io.open(secret) end })
collectgarbage()
result("a finalizer", late.gc == nil)
result("a coroutine", coroutine.wrap(function() return io.open(secret) end)() == nil)
result("tostring", pcall(tostring, setmetatable({}, { __tostring = function() return io.open(secret) end })) == false)
refused("a library function that calls back", function()
  local got
  table.sort({ 3, 2, 1 }, function(a, b) got = got or io.open(secret) return a < b end)
  return got
end)
refused("a searcher put back", function()
  package.searchers[3] = function() return io.open(secret) end
  return type(require "nothing") == "userdata"
end)

-- ---- what is left ----

allowed("reading data", function()
  return io.lines "cases.csv"() == "case_id"
end)
allowed("reading data by a name that comes back", function() return io.open "sub/../cases.csv" end)
allowed("a link that stays inside", function() return io.open("stays"):read() end)
allowed("a module beside the script", function() return require "helper" == "helped" end)
allowed("an output, read again", function()
  local file = assert(io.open("out.txt", "w"))
  assert(file:write("one\n", 2, "\n") and file:close())
  local all = io.open("out.txt"):read "a"
  io.open("out.txt", "a"):write("three\n"):close()
  local n = 0
  for _ in io.lines("out.txt", "L") do n = n + 1 end
  return all == "one\n2\n" and n == 3
end)
allowed("io.output and io.input", function()
  io.output "more.txt"
  io.write "text"
  io.close()
  io.output(io.stdout)
  io.input "more.txt"
  local text = io.read "a"
  io.input(io.stdin)
  return text == "text"
end)
allowed("a library", function() return assay.framework "probation-2018" and assay.sample_size { population = 500,
  confidence = 0.8, margin = 0.05 } end)
allowed("a library with compiled code of its own", function()
  assay.frame { columns = { "a", "b" }, rows = { { "1", "x" } } }:write "sheet.xlsx"
  local f = assay.read "sheet.xlsx"
  return f.source.format == "xlsx" and f:column "b"[1] == "x"
end)
allowed("dates and times", function() return os.time() > 0 and os.clock() >= 0 and os.date "%Y-%m-%d" end)

print(("%d passed, %d failed"):format(passed, failed))
