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
  return core.csv.encoding(check.value(name, value, "text"))
    or check.unknown("encoding", value, { "UTF-8", "windows-1252", "ISO-8859-1", "ISO-8859-15" })
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

local read_options = check.options("ReadOptions", {
  id = "text", columns = "texts", types = check_types, levels = check_levels, missing = "texts",
  dates = check_dates, decimal = { ".", "," }, private = "texts", names = { "clean" }, rename = check_rename,
  delimiter = check_delimiter, encoding = check_encoding, skip = "count", ragged = { "error", "fill" },
})

--- Opens a file as a stream of its columns.
local function open(path, options)
  local from, to = check.keys(options.rename or {}), {}
  for i, old in ipairs(from) do to[i] = options.rename[old] end
  return core.csv.open(path, {
    delimiter = options.delimiter, encoding = options.encoding or "UTF-8", skip = options.skip or 0,
    fill = options.ragged == "fill", clean = options.names == "clean", missing = options.missing or { "" },
    from = from, to = to,
  })
end

--- What became of the names in the header: { from, to } of those that changed.
local function renamed(header, names)
  local list = {}
  for i, name in ipairs(names) do
    if name ~= header[i] then list[#list + 1] = { from = header[i], to = name } end
  end
  return list
end

--- What was found in a file, as far as it was read.
local function describe(path, options, stream)
  local found = core.csv.found(stream)
  return {
    file = path, rows = found.rows, delimiter = found.delimiter,
    encoding = options.encoding or "UTF-8", byte_order_mark = found.mark,
    line_ends = found.rows > 0 and (found.crlf == 0 and "LF" or found.crlf == found.rows and "CRLF" or "mixed") or nil,
    skipped = options.skip or 0, filled = found.filled, trimmed = found.trimmed,
    renamed = renamed(found.header, core.source.names(stream)),
  }
end

--- Tells the run's record of rows that were not as long as the header.
local function note_ragged(about)
  for _, kind in ipairs { { about.filled, "short rows filled with missing values" },
    { about.trimmed, "rows with empty fields too many" } } do
    if kind[1] > 0 then
      core.record.note("ragged", ("%s: %d of %d rows, %s"):format(about.file, kind[1], about.rows, kind[2]))
    end
  end
end

--- Names the file in an error about one of its columns.
local function in_file(path, f, ...)
  local ok, result = pcall(f, ...)
  if ok then return result end
  if type(result) == "table" and result.argument and not result.file then
    result.file = path
    result.message = ("%s, column '%s', %s"):format(path, result.argument, result.message)
  end
  return error(result, 0)
end

function source.read(path, options)
  check.value("the file", path, "text")
  options = read_options(options)
  local stream = open(path, options)
  local handle = in_file(path, core.source.collect, stream, wishes(core.source.names(stream), options))
  local about = describe(path, options, stream)
  about.sha256 = core.file.sha256(path)
  note_ragged(about)
  local self = frames.new(handle, { id = options.id, private = private_set(options.private), source = about })
  self._steps = { { step = "read " .. path, removed = 0, rows = about.rows } }
  return self
end

-- ---- a file that streams past ----------------------------------------------------------------
-- _path, _options: as they were given; _names: of the columns; source: what was found when it was opened.

local Source

function source.scan(path, options)
  check.value("the file", path, "text")
  options = read_options(options)
  local stream = open(path, options)
  local names = core.source.names(stream)
  wishes(names, options) -- names that are not there are told at once
  return setmetatable({
    _path = path, _options = options, _names = names, id = options.id,
    source = describe(path, options, stream), private = private_set(options.private),
  }, Source)
end

--- The file from its start, and what each of its columns is to be.
local function reopen(self)
  local options = setmetatable({ columns = false }, { __index = self._options })
  return open(self._path, self._options), wishes(self._names, options)
end

--- The numbers of columns, by their names.
local function numbers(self, names)
  local known, list = {}, {}
  for i, name in ipairs(self._names) do known[name] = i end
  for i, name in ipairs(names) do list[i] = known[name] or check.unknown("column", name, self._names) end
  return list
end

--- A table of the stream, as a frame; what was counted on the way is kept.
local function table_of(self, make, columns, other)
  local stream, list = reopen(self)
  local handle = in_file(self._path, make, stream, columns, other, list)
  rawset(self, "source", describe(self._path, self._options, stream))
  note_ragged(self.source)
  return frames.new(handle)
end

local count_options = check.options("ScanCountOptions", { weight = "text" })

local methods = {}

function methods.count(self, ...)
  local names = { ... }
  local options = count_options(type(names[#names]) == "table" and table.remove(names) or nil)
  check.value("what count is given", names, "texts")
  if #names == 0 then check.fail "count needs the name of a column" end
  local weight = options.weight and numbers(self, { options.weight })[1]
  return table_of(self, core.source.count, numbers(self, names), weight)
end

local profile_options = check.options("ScanProfileOptions", { columns = "texts!", by = "text" })

function methods.profile(self, options)
  options = profile_options(options)
  local by = options.by and numbers(self, { options.by })[1]
  return table_of(self, core.source.profile, numbers(self, options.columns), by)
end

function methods.collect(self) return source.read(self._path, self._options) end

Source = check.class("Source", "s", methods, function(self, key)
  if key == "columns" then return table.move(self._names, 1, #self._names, 1, {}) end
  if key == "id" then return nil end
  return nil, false
end)
Source.fields = { "columns", "id", "source", "private" }

function Source.__tostring(self)
  return ("%s, not read into memory: %d columns"):format(self._path, #self._names)
end

-- ---- rows ------------------------------------------------------------------------------------

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
