-- source.lua: tables read from files, and made from rows.

local core = require "assay.core"
local check = require "assay.check"
local frames = require "assay.frame"

local source = {}

local types = { "category", "text", "integer", "number", "date" }

local function check_levels(name, value)
  check.value(name, value, "table")
  for _, column in ipairs(check.keys(value)) do
    check.value("levels of " .. tostring(column), value[column], "texts")
  end
  return value
end

local function check_types(name, value)
  check.value(name, value, "table")
  for _, column in ipairs(check.keys(value)) do
    check.value("type of " .. tostring(column), value[column], types)
  end
  return value
end

local function private_set(names)
  local set = {}
  for _, name in ipairs(names or {}) do set[name] = true end
  return set
end

--- What each column is to be, in the order of `names`; raises for options about unknown columns.
local function wishes(names, options)
  local known, keep, list = {}, nil, {}
  for _, name in ipairs(names) do known[name] = true end
  local function require_known(what, asked)
    for _, name in ipairs(asked) do
      if not known[name] then check.unknown(what, name, names) end
    end
  end
  require_known("column", options.columns or {})
  require_known("column", check.keys(options.types or {}))
  require_known("column", check.keys(options.levels or {}))
  require_known("column", options.private or {})
  require_known("id column", { options.id })
  if options.columns then
    keep = { [options.id or false] = true }
    for _, name in ipairs(options.columns) do keep[name] = true end
  end
  local private = private_set(options.private)
  for i, name in ipairs(names) do
    list[i] = (not keep or keep[name]) and {
      type = name == options.id and "text" or options.types and options.types[name],
      levels = options.levels and options.levels[name],
      dates = options.dates,
      decimal = options.decimal,
      private = private[name] or name == options.id,
    } or false
  end
  return list
end

local function check_dates(name, value)
  check.value(name, value, "text")
  if not core.text.is_date_pattern(value) then
    check.fail(("%s is a pattern such as dd/mm/yyyy, not '%s'"):format(name, core.text.quote(value)), name)
  end
  return value
end

local function check_delimiter(name, value)
  if type(value) ~= "string" or #value ~= 1 or value:find '["\r\n\0\128-\255]' then
    check.fail(("%s is one character, such as ';'"):format(name), name)
  end
  return value
end

local function check_encoding(name, value)
  if type(value) ~= "string" or not value:find "^[%w._:-]+$" or #value > 40 then
    check.fail(("%s is the name of one, such as 'windows-1252'"):format(name), name)
  end
  return value
end

local function check_decimal(name, value)
  if value ~= "." and value ~= "," then check.fail(("%s is '.' or ','"):format(name), name) end
  return value
end

--- A sheet's name, or its number from 1.
local function check_sheet(name, value)
  if math.type(value) == "integer" and value >= 1 then return value end
  if type(value) ~= "string" then check.fail(("%s is the name of one, or its number from 1"):format(name), name) end
  return value
end

local function check_rename(name, value)
  check.value(name, value, "table")
  for _, old in ipairs(check.keys(value)) do
    check.value("a name to rename", old, "text")
    check.value(("the new name of '%s'"):format(core.text.quote(old)), value[old], "text")
  end
  return value
end

-- What can be read, by the end of the file's name: the options that it takes, how a file becomes a
-- stream of rows, and what else is then known for `f.source`; or the file of the library with these.
local formats = {
  csv = {}, sav = "statfile", dta = "statfile", xlsx = "spreadsheet", xlsm = "spreadsheet", ods = "spreadsheet",
}

formats.csv.options = { "id", "columns", "types", "levels", "missing", "dates", "delimiter", "private", "format" }

local read_options = check.options("ReadOptions", {
  id = "text", columns = "texts", types = check_types, levels = check_levels, missing = "texts",
  dates = check_dates, delimiter = check_delimiter, private = "texts", encoding = check_encoding,
  decimal = check_decimal, names = { "clean" }, rename = check_rename, skip = "count", sheet = check_sheet,
  format = check.keys(formats),
})

--- The format of a file, and its name; refuses options that mean nothing for it.
local function format_of(path, options)
  local name = options.format or path:lower():match "%.(%w+)$"
  name = formats[name] and name or "csv"
  local format = formats[name]
  if type(format) == "string" then format = require("assay." .. format) end
  local taken = {}
  for _, option in ipairs(format.options) do taken[option] = true end
  for _, option in ipairs(check.keys(options)) do
    if not taken[option] then
      check.fail(("'%s' means nothing for a .%s file"):format(option, name), option)
    end
  end
  return format, name
end

--- Names the file in an error about one of its columns.
local function collect(path, stream, list)
  local ok, result = pcall(core.source.collect, stream, list)
  if ok then return result end
  if type(result) == "table" and result.argument and not result.file then
    result.file = path
    result.message = ("%s, column '%s', %s"):format(path, result.argument, result.message)
  end
  return error(result, 0)
end

--- Refuses a header of one column that reads as several under another delimiter.
local function check_header(path, names)
  local other = #names == 1 and names[1]:match "[;\t|]"
  if other then
    check.refuse(("the header has no comma, but '%s': give delimiter = '%s'"):format(
      other == "\t" and "a tab" or other, other == "\t" and "\\t" or other), { file = path, line = 1 })
  end
end

function formats.csv.open(path, _, options)
  local stream = core.csv.open(path, {
    delimiter = options.delimiter or ",", missing = options.missing or { "" },
  })
  if not options.delimiter then check_header(path, core.source.names(stream)) end
  return stream
end

function formats.csv.about(_, _, _, _, _, options) return { delimiter = options.delimiter or "," } end

function source.read(path, options)
  check.value("the file", path, "text")
  options = read_options(options)
  local format, format_name = format_of(path, options)
  local stream = format.open(path, format_name, options)
  local names, private = core.source.names(stream), private_set(options.private)
  local list = wishes(names, options)
  local handle = collect(path, stream, list)
  for i, wish in ipairs(list) do names[i] = wish and names[i] end
  local about = format.about(stream, path, names, private, core.frame.rows(handle), options)
  about.file, about.sha256, about.format = path, core.file.sha256(path), about.format or format_name
  about.rows = core.frame.rows(handle)
  local self = frames.new(handle, { id = options.id, private = private, source = about })
  self._steps = { { step = "read " .. path, removed = 0, rows = about.rows } }
  return self
end

local frame_options = check.options("FrameOptions", {
  columns = "texts!", rows = "table!", types = check_types, levels = check_levels, id = "text",
  private = "texts",
})

--- The type of a column of Lua numbers; nil where there is text, whose type is inferred.
local function number_type(rows, i)
  local kind
  for _, row in ipairs(rows) do
    local value = type(row) == "table" and row[i] or nil
    if math.type(value) == "float" then kind = "number"
    elseif math.type(value) == "integer" then kind = kind or "integer"
    elseif value ~= nil then return nil
    end
  end
  return kind
end

function source.frame(options)
  options = frame_options(options)
  local list = wishes(options.columns, {
    id = options.id, types = options.types, levels = options.levels, private = options.private,
  })
  for i, wish in ipairs(list) do wish.type = wish.type or number_type(options.rows, i) end
  return frames.new(core.source.rows(options.columns, options.rows, list),
    { id = options.id, private = private_set(options.private) })
end

return source
