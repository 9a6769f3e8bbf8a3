-- hostile_spec.lua: what is no argument at all is refused in words, by every method of a frame.

local assay = require "assay"
local support = require "support"

local endless = {}
endless[1], endless.endless = endless, endless

local function hostile()
  return { "nothing", nil, true, false, -1, 0, 1 << 53 | 1, 0 / 0, math.huge, -math.huge, math.mininteger, "", "\0",
    ("x"):rep(100000), "\xFF\xFE", "%s%n", {}, endless, io.stdout, coroutine.create(print), function() end, assay.null, _G,
    setmetatable({}, { __index = function() error "asked" end, __len = function() return -1 end }),
    setmetatable({}, { __tostring = function() return {} end }) }
end

local COUNT = 25

local function frame()
  return assay.frame { columns = { "id", "age" }, rows = { { "a", 1 }, { "b" } }, id = "id", private = "id" }
end

--- Calls f with each hostile value in turn: it answers, or raises an error of the library's own.
local function try_all(what, f)
  local values = hostile()
  for i = 2, COUNT do
    local value = values[i]
    local ok, err = pcall(f, value)
    if not ok then
      local described = ("%s, value %d (%s): %s"):format(what, i, type(value),
        type(err) == "table" and err.message or tostring(err))
      local own = type(err) == "table" and getmetatable(err) == "assay.error"
      -- a metamethod's own error comes through as it is
      assert.is_true(own or tostring(err):find "asked" ~= nil or tostring(err):find "object length" ~= nil
        or tostring(err):find "__tostring" ~= nil, described)
      if own then
        assert.is_true(#err.message < 1000, described)
        assert.is_truthy(err.kind == "usage" or err.kind == "data", described)
      end
    end
  end
end

local calls = {
  where = function(f, v) return f:where(v) end,
  ["where age"] = function(f, v) return f:where { age = v } end,
  ["where age min"] = function(f, v) return f:where { age = { min = v } } end,
  ["where id one of"] = function(f, v) return f:where { id = { v } } end,
  ["where id contains"] = function(f, v) return f:where { id = { contains = v } } end,
  ["where answers"] = function(f, v) return f:where(function() return v end) end,
  ["where field"] = function(f, v) return f:where(function(row) return row[v] end) end,
  exclude = function(f, v) return f:exclude(v, { age = 1 }) end,
  ["exclude what"] = function(f, v) return f:exclude("x", v) end,
  distinct = function(f, v) return f:distinct(v) end,
  ["distinct match"] = function(f, v) return f:distinct { match = v } end,
  ["distinct key"] = function(f, v) return f:distinct { match = { v } } end,
  ["distinct order"] = function(f, v) return f:distinct { match = { "id" }, order = v } end,
  ["distinct keep"] = function(f, v) return f:distinct { match = { "id" }, keep = v } end,
  select = function(f, v) return f:select(v) end,
  ["select list"] = function(f, v) return f:select { "age", v } end,
  drop = function(f, v) return f:drop(v) end,
  ["drop list"] = function(f, v) return f:drop { "age", v } end,
  rename = function(f, v) return f:rename(v) end,
  ["rename to"] = function(f, v) return f:rename { age = v } end,
  ["rename from"] = function(f, v) if v ~= nil and v == v then return f:rename { [v] = "x" } end end,
  take = function(f, v) return f:take(v) end,
  ["take row"] = function(f, v) return f:take { v } end,
  head = function(f, v) return f:head(v) end,
  sort = function(f, v) return f:sort(v) end,
  ["sort by two"] = function(f, v) return f:sort { "age", v } end,
  append = function(f, v) return f:append(v) end,
  join = function(f, v) return f:join(v, "id") end,
  ["join by"] = function(f, v) return f:join(f, v) end,
  ["join options"] = function(f, v) return f:join(f:rename { age = "x" }, "id", v) end,
  ["join kind"] = function(f, v) return f:join(f:rename { age = "x" }, "id", { kind = v }) end,
  derive = function(f, v) return f:derive(v, function() return 1 end) end,
  ["derive by"] = function(f, v) return f:derive("x", v) end,
  ["derive to"] = function(f, v) return f:derive("x", function() return v end) end,
  column = function(f, v) return f:column(v) end,
  ["column at"] = function(f, v) return f:column("age")[v] end,
  count = function(f, v) return f:count(v) end,
  summary = function(f, v) return f:summary(v) end,
  profile = function(f, v) return f:profile(v) end,
  field = function(f, v) return f[v] end,
  ["new field"] = function(f, v) if v ~= nil and v == v then f[v] = 1 end end,
  rows = function(f) for row in f:rows() do assert(row.id) end end,
  ["row field"] = function(f, v) for row in f:rows() do local _ = row[v] end end,
  write = function(f, v) return f:write(v) end,
}

describe("a method given what is no argument", function()
  local names = {}
  for name in pairs(calls) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do
    it(name .. " answers or says what is wrong", function()
      local f = frame()
      try_all(name, function(v) return calls[name](f, v) end)
      assert.same({ "id", "age" }, f.columns)
      assert.same({ 1, nil }, f:column("age"):list())
    end)
  end

  it("and called on what is no frame asks for a colon", function()
    local f = frame()
    for _, method in ipairs { "where", "exclude", "distinct", "select", "drop", "rename", "take", "head", "sort", "append",
      "join", "derive", "column", "rows", "count", "profile", "summary", "write" } do
      try_all(method, f[method])
      assert.matches(("write f:%s[({]"):format(method), support.refusal(f[method], {}).message)
    end
  end)
end)
