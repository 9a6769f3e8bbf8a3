-- runaways.lua CASE: scripts that no time limit stops unless it is meant, and some that take all the
-- memory. What each leaves in the stage before it begins must be gone afterwards.
local assay = require "assay"

local function forever() while true do end end
local function closing(f) return setmetatable({}, { __close = f }) end
local function collected(f) return setmetatable({}, { __gc = f }) end

local function all_cells(n)
  local rows = {}
  for i = 1, n do rows[i] = { ("%d"):format((i * 7919) % n), ("x"):rep(i % 9) } end
  return assay.frame { columns = { "id", "text" }, rows = rows, types = { id = "integer", text = "text" } }
end

local stop, memory = {}, {}

-- ---- what does not end -----------------------------------------------------------------------------

function stop.loop() forever() end
function stop.pcall_loop() while true do pcall(forever) end end
function stop.try_loop() while true do assay.try(forever) end end
function stop.pcall_of_pcall() while true do pcall(pcall, pcall, forever) end end
function stop.xpcall_looping_handler() xpcall(error, forever) end
function stop.xpcall_loop() while true do xpcall(forever, forever) end end
function stop.nested_pcall()
  local function f() pcall(f) return f() end
  while true do pcall(f) end
end
function stop.error_that_loops_as_text() error(setmetatable({}, { __tostring = forever })) end
function stop.error_whose_text_catches()
  error(setmetatable({}, { __tostring = function() while true do pcall(forever) end end }))
end
function stop.sort() while true do pcall(table.sort, { 3, 1, 2, 5, 4 }, function() pcall(forever) end) end end
function stop.gsub() while true do pcall(string.gsub, ("a"):rep(100), "a", function() pcall(forever) end) end end
function stop.pattern() return (("a"):rep(40)):find((".-"):rep(30) .. "b") end
function stop.metamethods()
  local t = setmetatable({}, { __index = function() pcall(forever) end, __add = forever })
  while true do pcall(function() return t.x, t + t end) end
end
function stop.load_loop() while true do pcall(load, function() pcall(forever) return " " end) end end

-- ---- in coroutines ---------------------------------------------------------------------------------

function stop.coroutine_each_time()
  while true do coroutine.resume(coroutine.create(function() for _ = 1, 1000 do end end)) end
end
function stop.coroutine_that_catches()
  while true do pcall(coroutine.wrap(function() while true do pcall(forever) end end)) end
end
function stop.wrapped_iterator()
  while true do for _ in coroutine.wrap(function() while true do coroutine.yield(1) end end) do end end
end
function stop.coroutine_chain()
  local function chain(n)
    if n == 0 then forever() end
    while true do pcall(coroutine.wrap(function() chain(n - 1) end)) end
  end
  chain(50)
end
function stop.coroutines_that_resume_in_turn()
  local a, b
  a = coroutine.create(function() while true do coroutine.yield() end end)
  b = coroutine.create(function() while true do coroutine.resume(a) coroutine.yield() end end)
  while true do coroutine.resume(b) end
end
function stop.coroutine_never_ends_inside_another()
  local inner = coroutine.wrap(function() while true do pcall(forever) coroutine.yield() end end)
  coroutine.wrap(function() while true do pcall(inner) end end)()
end

-- ---- in what is closed and collected ---------------------------------------------------------------

function stop.close_loop()
  while true do pcall(function() local _ <close> = closing(forever) forever() end) end
end
function stop.many_closes()
  while true do
    pcall(function()
      local _ <close>, _ = closing(function() pcall(forever) end)
      local _ <close> = closing(forever)
      error "again"
    end)
  end
end
function stop.coroutine_close_on_a_close_that_loops()
  while true do
    local co = coroutine.create(function() local _ <close> = closing(forever) coroutine.yield() end)
    coroutine.resume(co)
    pcall(coroutine.close, co)
  end
end
function stop.coroutine_close_nested()
  while true do
    local last
    for _ = 1, 1000 do
      local before = last
      last = coroutine.create(function()
        local _ <close> = closing(function() if before then coroutine.close(before) end pcall(forever) end)
        coroutine.yield()
      end)
      coroutine.resume(last)
    end
    pcall(coroutine.close, last)
  end
end
function stop.finalizers() while true do collected(function() for _ = 1, 1000 do end end) end end
function stop.finalizer_that_loops()
  collected(forever)
  collectgarbage()
end
function stop.finalizer_that_revives()
  local function again(self) setmetatable(self, getmetatable(self)) end
  for _ = 1, 100 do collected(again) end
  while true do pcall(collectgarbage) end
end
function stop.finalizer_at_the_end() collected(forever) end
function stop.finalizer_at_the_end_in_coroutines()
  collected(function() while true do pcall(coroutine.wrap(forever)) end end)
end
function stop.close_at_exit()
  local _ <close> = closing(forever)
  os.exit(0, true)
end
function stop.finalizer_at_exit()
  collected(forever)
  coroutine.wrap(function() os.exit(0) end)()
end

-- ---- in core ---------------------------------------------------------------------------------------

function stop.core_read() while true do pcall(assay.read, "big.csv") end end
function stop.core_sort()
  local frame = assay.read "big.csv"
  while true do
    local _, problem = assay.try(frame.sort, frame, { "text", "id" })
    assert(not problem or problem.kind == "stopped")
  end
end
function stop.core_rows()
  local frame = all_cells(1000)
  while true do pcall(frame.where, frame, function() pcall(forever) end) end
end
-- the script is through at once: what takes long is its record, for which each output is read
function stop.vast_output()
  local file = assert(io.open("vast", "w"))
  file:seek("set", 1 << 36)
  file:write "the end"
  file:close()
end

-- ---- what takes all the memory: ends with 125 -------------------------------------------------------

function memory.rep() return ("x"):rep(1 << 30) end
function memory.double()
  local text = "x"
  while true do text = text .. text end
end
function memory.grow()
  local list = {}
  while list do list[#list + 1] = #list end
end
function memory.recursion()
  local function f(n) return 1 + f({ n }) end
  f(1)
end
function memory.in_a_coroutine()
  coroutine.wrap(function() memory.grow() end)()
end
function memory.resumed_and_raised_again()
  error(select(2, coroutine.resume(coroutine.create(memory.grow))))
end
function memory.frames()
  local frames = {}
  local frame = all_cells(20000)
  while true do frames[#frames + 1] = frame:sort { "id" } end
end
function memory.csv() assay.read "big.csv" end
function memory.after_catching()
  pcall(memory.grow)
  memory.double()
end

-- ---- what a script may do about it: ends well -------------------------------------------------------

local fine = {}
function fine.caught()
  for _ = 1, 2 do
    for _, name in ipairs { "rep", "double", "grow", "frames", "csv" } do
      local ok, message = pcall(memory[name])
      assert(not ok and tostring(message):find "memory", tostring(message))
    end
  end
end
function fine.garbage()
  local frame = all_cells(20000)
  for _ = 1, 100 do frame:sort { "id" } end
end
function fine.sums()
  local sum = 0
  for i = 1, 1000000 do sum = sum + i end
  assert(sum == 500000500000)
end
function fine.nested_close_ends()
  local last
  for _ = 1, 10000 do
    local before = last
    last = coroutine.create(function()
      local _ <close> = closing(function() if before then assert(coroutine.close(before)) end end)
      coroutine.yield()
    end)
    assert(coroutine.resume(last))
  end
  local closed, message = coroutine.close(last)
  assert(not closed and message:find "C stack overflow", message)
end

if not arg or not arg[1] then -- the list, for the suite
  for code, cases in pairs { [124] = stop, [125] = memory, [0] = fine } do
    for name in pairs(cases) do print(code, name) end
  end
  return
end
assay.write_json("left.json", { a = 1 })
local run = stop[arg[1]] or memory[arg[1]] or fine[arg[1]]
io.stdout:write "started\n"
io.stdout:flush()
run()
