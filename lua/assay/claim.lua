-- claim.lua: the figures that a document is said to print, as they come from a list, a frame or a file.

local core = require "assay.core"
local check = require "assay.check"
local frames = require "assay.frame"

local claim = {}

local fields = { "id", "says", "of", "at_most", "base", "value", "source" }

--- A positive whole number, of a cell or of Lua; nil and why where it is none.
local function whole(name, value)
  local n = math.type(value) and math.tointeger(value)
  if type(value) == "string" then
    local over, under, is_share = core.figure.value(value)
    n = over and under == 1 and not is_share and over or nil
  end
  if n and n >= 1 and n <= core.published.largest then return n end
  local text = type(value) == "number" and core.text.number(value) or tostring(value)
  return nil, ("%s must be a whole number from 1 to %d, not '%s'"):format(name, core.published.largest, core.text.quote(text))
end

local function as_text(name, value)
  if math.type(value) == "integer" then return ("%d"):format(value) end
  if type(value) == "string" then return value end
  return nil, ("%s must be text, not %s"):format(name, math.type(value) and core.text.number(value) or "a " .. type(value))
end

local function value_text(name, value)
  if math.type(value) then return core.text.number(value) end
  return as_text(name, value)
end

local readers = {
  id = as_text, says = as_text, of = whole, at_most = whole, base = as_text, value = value_text, source = as_text,
}
check.option_classes.Claim = readers -- for the test that holds the definitions against the module

--- One claim from a row, where `refuse(message)` says which one it is.
local function read_claim(row, refuse)
  local one = {}
  for _, name in ipairs(fields) do
    local given = row[name]
    if given ~= nil and given ~= "" then
      local read, why = readers[name](name, given)
      if read == nil then return refuse(why) end
      one[name] = read
    end
  end
  if not one.id then return refuse "'id' is needed: a name for the claim" end
  if not (one.says and one.says:find "%S") then return refuse "'says' is needed: the figure as it is printed" end
  if one.of and one.at_most then
    return refuse "'at_most' is for a base that is not stated, and 'of' states it: give one of them"
  end
  one.refuse = refuse
  return one
end

--- The rows of a list of tables.
local function of_list(list, file)
  local read = {}
  check.value("claims", list, "list")
  for i, row in ipairs(list) do
    local function refuse(message)
      message = ("%sclaim %d: %s"):format(file and file .. ", " or "", i, message)
      if file then return check.refuse(message, { file = file, row = i }) end
      return check.fail(message, "claims")
    end
    if type(row) ~= "table" then
      return refuse(("must be a table such as { id = \"a\", says = \"61%%\" }, not a %s"):format(type(row)))
    end
    for _, name in ipairs(check.keys(row)) do
      if not readers[name] then
        local near = check.nearest(tostring(name), readers)
        return refuse(("unknown field '%s'%s"):format(core.text.quote(tostring(name)),
          near and (": did you mean '%s'?"):format(near) or ": known are " .. table.concat(fields, ", ")))
      end
    end
    read[i] = read_claim(row, refuse)
  end
  return read
end

--- Raises what `f` itself cannot be used for: of a file it is the file that is refused.
local function fail_columns(file, message)
  if file then return check.refuse(("%s: %s"):format(file, message), { file = file }) end
  return check.fail(message, "claims")
end

--- The rows of a frame; `file` is the file that it was read from, if it was.
local function of_frame(f, file)
  for _, name in ipairs(f.columns) do
    if not readers[name] then
      local near = check.nearest(name, readers)
      fail_columns(file, ("unknown column of claims '%s'%s"):format(core.text.quote(name),
        near and (": did you mean '%s'?"):format(near) or ": known are " .. table.concat(fields, ", ")))
    end
  end
  local read, columns = {}, {}
  for _, name in ipairs(f.columns) do columns[name] = f:column(name) end
  for _, name in ipairs { "id", "says" } do
    if not columns[name] then fail_columns(file, ("claims need the column '%s'"):format(name)) end
  end
  for i = 1, #f do
    local row = {}
    for name, column in next, columns do row[name] = column[i] end
    read[i] = read_claim(row, function(message)
      local where, place = frames.place(f, i)
      return check.refuse(("%s: %s"):format(where, message), place)
    end)
  end
  return read
end

--- The frame of a file, every column as text, so that "50.0" stays what is printed. `options` are those of assay.read.
local function read_file(path, options)
  local assay = require "assay"
  if path:lower():find "%.json$" and not (options and options.format) then
    check.taken(options or {}, {}, "json")
    local value = assay.read_json(path)
    local list = type(value) == "table" and value.claims or value
    if type(list) ~= "table" or (next(list) ~= nil and #list == 0) then
      check.refuse(path .. ": claims are a list of objects", { file = path })
    end
    return of_list(list, path)
  end
  local asked, types = {}, {}
  for name, value in next, options or {} do asked[name] = value end
  for _, name in ipairs(assay.read(path, options).columns) do types[name] = "text" end
  asked.types = types
  return of_frame(assay.read(path, asked), path)
end

--- The claims of a list, a frame, or a file of that name.
function claim.read(from, options)
  if type(from) == "string" then return read_file(check.value("the file", from, "text"), options) end
  if check.is(from, "Frame") then return of_frame(from) end
  return of_list(check.value("claims", from, "table"))
end

return claim
