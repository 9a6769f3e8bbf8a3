-- source.lua: tables read from files, whole or as they stream past, and made from rows.

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
  if options.types and (options.types[options.id] or "text") ~= "text" then
    check.fail(("the id column '%s' is text, exactly as it stands in the file"):format(core.text.quote(options.id)),
      "types")
  end
  if options.columns then
    if #options.columns == 0 and not options.id then check.fail("columns names no column", "columns") end
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

--- Formats name those that they know.
local function check_encoding(name, value)
  if type(value) ~= "string" or not value:find "^[%w._:-]+$" or #value > 40 then
    check.fail(("%s is the name of one, such as 'windows-1252'"):format(name), name)
  end
  return value
end

--- New names by old ones.
local function check_rename(name, value)
  check.value(name, value, "table")
  for _, old in ipairs(check.keys(value)) do
    check.value("the name in the file", old, "text")
    check.value("the new name of " .. old, value[old], "text")
  end
  return value
end

--- A sheet's name, or its number from 1.
local function check_sheet(name, value)
  if math.type(value) == "integer" and value >= 1 then return value end
  if type(value) ~= "string" then check.fail(("%s is the name of one, or its number from 1"):format(name), name) end
  return value
end

-- Which file of the library reads a format, by the end of the file's name. It says what options the format
-- takes, how a file becomes a stream of rows, what is then known for `f.source`, and whether it can be
-- scanned.
local formats = {
  csv = "csv", dta = "statfile", ods = "spreadsheet", sav = "statfile", xlsm = "spreadsheet", xlsx = "spreadsheet",
}

local read_options = check.options("ReadOptions", {
  id = "text", columns = "texts", types = check_types, levels = check_levels, missing = "texts",
  dates = check_dates, decimal = { ".", "," }, private = "texts", names = { "clean" }, rename = check_rename,
  delimiter = check_delimiter, encoding = check_encoding, skip = "count", ragged = { "error", "fill" },
  sheet = check_sheet, format = check.keys(formats),
})

--- The format of a file, and its name; refuses options that mean nothing for it.
local function format_of(path, options)
  local name = options.format or path:lower():match "%.(%w+)$"
  if name == "json" then check.fail "a .json file is no table: assay.read_json reads it" end
  name = formats[name] and name or "csv"
  local format = require("assay." .. formats[name])
  check.taken(options, format.options, name, format.instead)
  return format, name
end

--- Names the column in an error about one, and the file if the rows come from one.
local function in_file(path, f, ...)
  local results = table.pack(pcall(f, ...))
  if results[1] then return table.unpack(results, 2, results.n) end
  local err = results[2]
  if type(err) == "table" and err.argument and not err.file then
    err.file = path
    err.message = ("%scolumn '%s', %s"):format(path and path .. ", " or "", err.argument, err.message)
  end
  return error(err, 0)
end

--- What is known of a file and of the frame of so many rows read from it; `list` is of wishes, false where a column was
--- left out.
local function read_about(format, name, stream, path, options, list, rows)
  local names = core.source.names(stream)
  for i, wish in ipairs(list) do names[i] = wish and names[i] end
  local about = format.about(stream, path, options, names, private_set(options.private), rows)
  about.file, about.sha256, about.format = path, core.file.sha256(path), about.format or name
  about.rows = rows
  return about
end

--- The frame that a stream at its start holds.
local function collect(format, name, stream, path, options)
  local list = wishes(core.source.names(stream), options)
  local handle = in_file(path, core.source.collect, stream, list)
  local about = read_about(format, name, stream, path, options, list, core.frame.rows(handle))
  return frames.new(handle, { id = options.id, private = private_set(options.private), source = about },
    { made = "read " .. path })
end

function source.read(path, options)
  check.value("the file", path, "text")
  options = read_options(options)
  local format, name = format_of(path, options)
  return collect(format, name, format.open(path, name, options), path, options)
end

-- ---- a file that streams past ----------------------------------------------------------------
-- _path, _options: as they were given; _format: its name; _names: of the columns; source: what was found
-- when it was opened, or when it was last gone through; _stream: the file as it was opened, for the first
-- to go through it, because closing it unread would read it once more for its fingerprint.

local Source

local function scan_about(format, name, stream, path, options)
  local about = format.about(stream, path, options)
  about.file, about.format = path, about.format or name
  return about
end

function source.scan(path, options)
  check.value("the file", path, "text")
  options = read_options(options)
  local format, name = format_of(path, options)
  if not format.streams then check.fail(("a .%s file cannot be scanned: read it with assay.read"):format(name)) end
  local stream = format.open(path, name, options)
  local names = core.source.names(stream)
  wishes(names, options) -- names that are not there are told at once
  return setmetatable({
    _path = path, _options = options, _names = names, _format = name, _stream = stream, id = options.id,
    source = scan_about(format, name, stream, path, options), private = private_set(options.private),
  }, Source)
end

--- The numbers of columns, by their names.
local function numbers(self, names)
  local known, list = {}, {}
  for i, name in ipairs(self._names) do known[name] = i end
  for i, name in ipairs(names) do list[i] = known[name] or check.unknown("column", name, self._names) end
  return list
end

--- The file from its start, and its format.
local function restart(self)
  local format, stream = require("assay." .. formats[self._format]), rawget(self, "_stream")
  rawset(self, "_stream", nil)
  return stream or format.open(self._path, self._format, self._options), format
end

--- What `run` makes of the file's rows, from the first on, and the wishes for its columns: those of
--- `columns =`, or all. What was found on the way is kept.
local function pass(self, run, all)
  local options = all and setmetatable({ columns = false }, { __index = self._options }) or self._options
  local stream, format = restart(self)
  local results = table.pack(in_file(self._path, run, stream, wishes(self._names, options)))
  rawset(self, "source", scan_about(format, self._format, stream, self._path, self._options))
  return table.unpack(results, 1, results.n)
end

--- What each column that was asked for holds, in one pass: two frames, of the columns and of the levels of
--- the categories.
function source.describe(self)
  local columns, levels = pass(self, core.source.describe)
  return frames.new(columns), frames.new(levels)
end

local count_options = check.options("ScanCountOptions", { weight = "text" })

local methods = {}

function methods.count(self, ...)
  local names, options = frames.names_and_options(count_options, ...)
  local weight = options.weight and numbers(self, { options.weight })[1]
  local columns = numbers(self, names)
  local handle = pass(self, function(stream, list) return core.source.count(stream, columns, weight, list) end, true)
  return frames.new(handle, nil, { private = self.private })
end

local profile_options = check.options("ScanProfileOptions", { columns = "texts!", by = "text" })

function methods.profile(self, options)
  options = profile_options(options)
  local columns, by = numbers(self, options.columns), options.by and numbers(self, { options.by })[1]
  local handle = pass(self, function(stream, list) return core.source.profile(stream, columns, by, list) end, true)
  return frames.new(handle, nil, { private = frames.hidden_levels(self.private, options.columns) })
end

function methods.collect(self)
  local stream, format = restart(self)
  return collect(format, self._format, stream, self._path, self._options)
end

Source = check.class("Source", "s", methods, function(self, key)
  if key == "columns" then return table.move(self._names, 1, #self._names, 1, {}) end
  if key == "id" then return nil end
  return nil, false
end)
Source.fields = { "columns", "id", "source", "private" }

function Source.__tostring(self)
  local n = #self._names
  return ("%s, not read into memory: %d column%s"):format(self._path, n, n == 1 and "" or "s")
end

-- ---- a list of cases that streams past ----

--- Whether the file can be gone through several times without being held.
function source.rewinds(self) return require("assay." .. formats[self._format]).rewinds or false end

--- The columns that a scan keeps: those of `columns =` and the id, or all.
function source.kept(self)
  local kept = {}
  for i, wish in ipairs(wishes(self._names, self._options)) do
    if wish then kept[#kept + 1] = self._names[i] end
  end
  return kept
end

--- A plan's core handle on the list, which is gone through once, and what is known of the frame that it
--- would be: source and steps, as collecting gives them.
function source.plan(self, id, strata)
  local stream, format = restart(self)
  local list, columns = wishes(self._names, self._options), numbers(self, strata)
  local function run() return core.plan.of_source(stream, list, numbers(self, { id })[1], columns) end
  local results = table.pack(pcall(in_file, self._path, run))
  local err = results[2]
  if not results[1] then
    if type(err) == "table" and err.row and not err.file then
      err.file, err.message = self._path, ("%s: %s"):format(self._path, err.message)
    end
    return error(err, 0)
  end
  local rows = 0
  for _, n in ipairs(core.plan.populations(results[2])) do rows = rows + n end
  rawset(self, "source", read_about(format, self._format, stream, self._path, self._options, list, rows))
  return results[2], {
    source = self.source,
    steps = { { step = "read " .. self._path, removed = 0, rows = rows } },
  }
end

--- The list in memory, or some columns of it, as it was when a plan was made of it: `planned` is what was known then.
function source.again(self, planned, columns)
  local options = columns and setmetatable({ columns = columns }, { __index = self._options }) or self._options
  local stream = format_of(self._path, self._options).open(self._path, self._format, self._options)
  local handle = in_file(self._path, core.source.collect, stream, wishes(self._names, options))
  if core.file.sha256(self._path) ~= planned.sha256 then
    check.refuse(("'%s' was changed after the plan was made of it"):format(core.text.quote(self._path)), { file = self._path })
  end
  return handle
end

-- ---- rows ------------------------------------------------------------------------------------

local frame_options = check.options("FrameOptions", {
  columns = "texts!", rows = "list!", types = check_types, levels = check_levels, id = "text",
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
  return frames.new(in_file(nil, core.source.rows, options.columns, options.rows, list),
    { id = options.id, private = private_set(options.private) }, { made = "made from rows" })
end

return source
