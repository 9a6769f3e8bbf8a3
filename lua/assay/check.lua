-- check.lua: what every function asks of its arguments, and how it refuses them.

local core = require "assay.core"

local check = {}

--- Raises a usage error: what was wrong, and with which argument.
function check.fail(message, argument)
  return core.raise { kind = "usage", code = "EDOM", message = message, argument = argument }
end

--- Raises an error about what a file or a frame holds; `place` may have file, line and row.
function check.refuse(message, place)
  local err = { kind = "data", code = "EFORMAT", message = message }
  for name, value in next, place or {} do err[name] = value end
  return core.raise(err)
end

--- The keys of a table as a list, in byte order of what they print as: nothing that is said may
--- depend on the order of `next`.
function check.keys(t)
  local list = {}
  for key in next, t do list[#list + 1] = key end
  table.sort(list, function(a, b) return core.text.is_before(tostring(a), tostring(b)) end)
  return list
end

--- The names of a set or list in byte order.
local function sorted(names)
  local list = {}
  for key, value in next, names do list[#list + 1] = type(key) == "string" and key or value end
  table.sort(list, core.text.is_before)
  return list
end

--- The known name that is most like `name`, or nil: a slip of a letter in three at the most.
function check.nearest(name, known)
  local best, least = nil, math.max(1, #name // 3) + 1
  for _, candidate in ipairs(sorted(known)) do
    local distance = core.text.distance(name, candidate)
    if distance < least and distance < #candidate then best, least = candidate, distance end
  end
  return best
end

--- Raises: there is no such name, but perhaps this one was meant.
function check.unknown(what, name, known)
  name = tostring(name)
  local near = check.nearest(name, known)
  local hint = near and (": did you mean '%s'?"):format(core.text.quote(near))
    or #sorted(known) > 0 and (": known are %s"):format(table.concat(sorted(known), ", ")) or ""
  return core.raise {
    kind = "usage", code = "EUNKNOWN", argument = name,
    message = ("unknown %s '%s'%s"):format(what, core.text.quote(name), hint),
  }
end

--- `value` if it is one of the names in `list`.
function check.one_of(what, value, list)
  for _, name in ipairs(list) do
    if name == value then return value end
  end
  return check.unknown(what, value, list)
end

local function describe(value)
  if type(value) == "string" then return "'" .. core.text.quote(value) .. "'" end
  if value ~= value then return "nan" end -- of either sign
  if value == nil or value == math.huge or value == -math.huge then return tostring(value) end
  if type(value) == "number" then return core.text.number(value) end -- with a point in every locale
  return "a " .. type(value)
end

local function wanted(name, expected, value)
  return check.fail(("%s must be %s, not %s"):format(name, expected, describe(value)), name)
end

--- A share strictly between 0 and 1. Per cents are the usual mistake and get their own words.
local function share(name, value)
  if math.type(value) == nil or value ~= value then return wanted(name, "a share between 0 and 1", value) end
  if value > 1 and value <= 100 then
    return check.fail(("%s is a share between 0 and 1: %s? write %s"):format(name, core.text.number(value),
      value % 1 == 0 and core.text.fixed(value / 100, 2) or core.text.number(value / 100)), name)
  end
  if value <= 0 or value >= 1 then return wanted(name, "a share between 0 and 1", value) end
  return value
end

--- A table with the keys 1 to n alone: a gap would end the list early, and a name would be passed over.
local function list_of(expected, name, value)
  if type(value) ~= "table" then return wanted(name, expected, value) end
  local n = 0
  for _ in next, value do n = n + 1 end
  for i = 1, rawlen(value) do
    if rawget(value, i) == nil then n = -1 end
  end
  if n ~= rawlen(value) then
    return check.fail(("%s must be %s: it has gaps, or names where numbers belong"):format(name, expected), name)
  end
  return value
end

local kinds = {
  share = share,
  -- a share that may be 0 or 1 itself
  proportion = function(name, value)
    if value == 0 or value == 1 then return value end
    return share(name, value)
  end,
  count = function(name, value)
    local whole = math.type(value) and math.tointeger(value)
    if not whole or whole < 0 then return wanted(name, "a count from 0 on", value) end
    return whole
  end,
  -- a number of cases, or math.huge for one without end, which is handed on as nil
  population = function(name, value)
    if value == math.huge then return nil end
    local whole = math.type(value) and math.tointeger(value)
    if not whole or whole < 1 then return wanted(name, "a number of cases from 1 on", value) end
    if whole > 1 << 53 then return wanted(name, ("at most %d cases"):format(1 << 53), value) end
    return whole
  end,
  number = function(name, value)
    if math.type(value) == nil or value ~= value or value == math.huge or value == -math.huge then
      return wanted(name, "a number", value)
    end
    return value
  end,
  integer = function(name, value)
    return math.type(value) and math.tointeger(value) or wanted(name, "a whole number", value)
  end,
  -- a name, a path: core would take a 0 byte for its end
  text = function(name, value)
    if type(value) == "string" and not value:find("\0", 1, true) then return value end
    return wanted(name, type(value) == "string" and "text without a 0 byte" or "text", value)
  end,
  ["function"] = function(name, value)
    return type(value) == "function" and value or wanted(name, "a function", value)
  end,
  table = function(name, value)
    return type(value) == "table" and value or wanted(name, "a table", value)
  end,
  boolean = function(name, value)
    if type(value) ~= "boolean" then return wanted(name, "true or false", value) end
    return value
  end,
  list = function(name, value) return list_of("a list", name, value) end,
  -- one text, or a list of them: always handed on as a list
  texts = function(name, value)
    if type(value) == "string" then return { value } end
    list_of("a list of text", name, value)
    for i = 1, rawlen(value) do
      if type(rawget(value, i)) ~= "string" then return wanted(name, "a list of text", rawget(value, i)) end
    end
    return value
  end,
  seed = function(name, value)
    if type(value) == "string" and #value <= 64 and value:find "^[A-Za-z0-9._-]+$" then return value end
    return check.fail(name .. " is 1 to 64 of the characters A-Z a-z 0-9 . _ -", name)
  end,
  -- how often something is drawn to see what chance alone does
  replicates = function(name, value)
    local n = check.value(name, value, "count")
    if n >= 1 and n <= core.test.replicates_most then return n end
    return check.fail(("%s must be from 1 to %d, not %d"):format(name, core.test.replicates_most, n), name)
  end,
  any = function(_, value) return value end,
}

--- Checks one value: `kind` is a name above, a list of the texts allowed, or a function(name, value).
function check.value(name, value, kind)
  if type(kind) == "table" then
    if type(value) ~= "string" then return wanted(name, "one of " .. table.concat(kind, ", "), value) end
    return check.one_of(name, value, kind)
  end
  return (type(kind) == "function" and kind or kinds[kind])(name, value)
end

-- The option tables of the library by the name of their class in lua/meta, for the test that holds
-- the two against each other.
check.option_classes = {}

--- Declares an option table: `spec` gives each option's kind, with a "!" behind those that must be
--- there. Returns the function that checks one and hands on a copy.
function check.options(class, spec)
  check.option_classes[class] = spec
  local required, kind_of = {}, {}
  for name, kind in next, spec do
    local plain = type(kind) == "string" and kind:match "^(.*)!$"
    kind_of[name] = plain or kind
    if plain then required[#required + 1] = name end
  end
  table.sort(required)
  return function(options)
    if options == nil then options = {} end
    if type(options) ~= "table" then return wanted("the options", "a table", options) end
    local checked = {}
    for _, name in ipairs(check.keys(options)) do
      if kind_of[name] == nil then return check.unknown("option", name, spec) end
      checked[name] = check.value(name, options[name], kind_of[name])
    end
    for _, name in ipairs(required) do
      if checked[name] == nil then return check.fail(("'%s' is needed"):format(name), name) end
    end
    return checked
  end
end

--- Refuses options that mean nothing for a format, which takes those in the list `taken`; `instead` says
--- of some why, or what does mean something.
function check.taken(options, taken, format, instead)
  local known = {}
  for _, option in ipairs(taken) do known[option] = true end
  for _, option in ipairs(check.keys(options)) do
    if not known[option] then
      local more = instead and instead[option]
      check.fail(("'%s' means nothing for a .%s file%s"):format(option, format, more and ", " .. more or ""), option)
    end
  end
end

--- New names by old ones as two lists.
function check.renames(rename)
  local from, to = check.keys(rename or {}), {}
  for i, old in ipairs(from) do to[i] = rename[old] end
  return from, to
end

--- What became of the names in a header: { from, to } of those that changed.
function check.renamed(header, names)
  local list = {}
  for i, name in ipairs(names) do
    if name ~= header[i] then list[#list + 1] = { from = header[i], to = name } end
  end
  return list
end

-- The classes of the library by name, for the same test.
check.classes = {}

--- Makes a class. `methods` are called with a colon; one that is the name of a file of the library is
--- that file's function of the same name, loaded when it is first called. `fields(object, name)` answers
--- for whatever is neither method nor set field, and returns nil, false for a name it does not know.
function check.class(name, example, methods, fields)
  local class = { __name = "assay." .. name, __metatable = "assay." .. name, methods = {} }
  check.classes[name] = class
  for method, f in next, methods do
    class.methods[method] = function(self, ...)
      if getmetatable(self) ~= class.__metatable then
        return check.fail(("write %s:%s%s, with a colon"):format(example, method,
          type(self) == "table" and "{...}" or "(...)"))
      end
      local run = type(f) == "string" and require("assay." .. f)[method] or f
      return run(self, ...)
    end
  end
  function class.__index(object, key)
    if class.methods[key] then return class.methods[key] end
    if fields then
      local value, known = fields(object, key)
      if known ~= false then return value end
    end
    local names = {}
    for method in next, class.methods do names[method] = true end
    for field in next, object do
      if type(field) == "string" and field:sub(1, 1) ~= "_" then names[field] = true end
    end
    for _, field in ipairs(class.fields or {}) do names[field] = true end
    return check.unknown("field or method of " .. name, key, names)
  end
  return class
end

--- Whether `value` is of the class of that name.
function check.is(value, name)
  return getmetatable(value) == "assay." .. name
end

--- `value` if it is of that class.
function check.object(what, value, name)
  return check.is(value, name) and value or wanted(what, "a " .. name, value)
end

--- A table of functions under one name of `assay`, in which a mistyped one is said.
function check.group(name, functions)
  return setmetatable(functions, {
    __index = function(_, key) return check.unknown("function of assay." .. name, key, functions) end,
  })
end

--- A result: a table whose fields are all known, so that a mistyped one is said and none is lost
--- when it is nil. `show(result)` prints it.
function check.result(name, fields, show)
  local known = {}
  for _, field in ipairs(fields) do known[field] = true end
  return {
    __name = "assay." .. name,
    __metatable = "assay." .. name,
    __tostring = show,
    fields = fields,
    __index = function(_, key)
      if known[key] then return nil end
      return check.unknown("field of " .. name, key, known)
    end,
  }
end

return check
