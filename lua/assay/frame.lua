-- frame.lua: tables, and what can be done with them.

local core = require "assay.core"
local check = require "assay.check"
local table_text = require "assay.report.table"

local frame = {}

-- ---- the object ------------------------------------------------------------------------------
-- _core: the handle; _id: the column that names a case; _source: where it came from; _private: columns
-- that are shown as ***; _steps: how the rows came to be; _excluded: { reason, id } of rows left out.
-- Scripts read them under the names in Frame.fields and can change none.

local Frame

--- A frame on a core handle; what is known of it comes from the frame `from`, if it is given, but for
--- what `changes` says: id, private, steps, excluded. One that follows from no other begins with a step
--- that says how it was `made`.
function frame.new(handle, from, changes)
  from, changes = from or {}, changes or {}
  local id = changes.id or from.id
  local made = { step = changes.made or "computed", removed = 0, rows = core.frame.rows(handle) }
  return setmetatable({
    _core = handle,
    _id = id and core.frame.find(handle, id) and id or nil,
    _source = from._source or from.source,
    _private = changes.private or from._private or from.private or {},
    _steps = changes.steps or from._steps or { made },
    _excluded = changes.excluded or from._excluded or {},
  }, Frame)
end

--- The sheet, and its own row, that a row of `self` was read from; nil if it was not, or where steps came between.
local function on_sheet(self, row)
  local source = self.source
  if not (source and source.sheet) or #self._steps > 1 then return nil end
  local piece = { sheet = source.sheet, first_row = source.first_row, before = 0 }
  for _, one in ipairs(source.pieces or {}) do
    if one.before < row then piece = one end
  end
  return core.text.quote(piece.sheet), piece.first_row + row - 1 - piece.before
end

--- Calls `f` and gives errors about a row of `self` the file that it was read from, and its sheet. Where steps
--- left rows out, rows are counted among those that remain.
function frame.blame(self, f, ...)
  local results = table.pack(pcall(f, ...))
  if results[1] then return table.unpack(results, 2, results.n) end
  local err = results[2]
  if type(err) == "table" and err.row and not err.file and self.source then
    local sheet, row = on_sheet(self, err.row)
    local within = sheet and (", sheet '%s'"):format(sheet) or #self._steps > 1 and ", among the rows that remain" or ""
    local message = sheet and err.message:gsub(("row %d%%f[%%D]"):format(err.row), "row " .. row) or err.message
    err.file = self.source.file
    err.message = ("%s%s: %s"):format(err.file, within, message)
  end
  return error(err, 0)
end

--- Where a row of `self` stands, in words that name no case, and for an error.
function frame.place(self, row)
  local file, sheet, own = self.source and self.source.file, on_sheet(self, row)
  local words = sheet and ("sheet '%s', row %d"):format(sheet, own) or ("row %d"):format(row)
  return file and file .. ", " .. words or words, { file = file, row = row }
end

--- The same list with one value more: objects share lists, so none is ever changed.
local function with(list, value)
  local longer = table.move(list, 1, #list, 1, {})
  longer[#longer + 1] = value
  return longer
end

--- A frame that follows from `self` by a step, which is counted. `changes` may say what frame.new takes,
--- and how many rows were `added` to those of `self`.
function frame.after(self, handle, step, changes)
  changes = changes or {}
  local added, rows = changes.added, core.frame.rows(handle)
  local steps = with(self._steps, {
    step = step, removed = core.frame.rows(self._core) + (added or 0) - rows, rows = rows, added = added,
  })
  return frame.new(handle, self, { steps = steps, excluded = changes.excluded, private = changes.private })
end

--- The columns that are private in one of two frames.
function frame.either_private(self, other)
  local all = {}
  for name in next, self._private do all[name] = true end
  for name in next, other._private do all[name] = true end
  return all
end

--- A step, with the rows that its words do not speak of behind it: "age from 25 (1 without a value)".
function frame.step_with(step, ...)
  local parts = {}
  for i = 1, select("#", ...), 2 do
    local n, of_them = select(i, ...)
    if n > 0 then parts[#parts + 1] = ("%d %s"):format(n, of_them) end
  end
  return #parts == 0 and step or ("%s (%s)"):format(step, table.concat(parts, ", "))
end

--- What a message or a step calls the list that a frame holds.
function frame.called(self) return self.source and self.source.file or "a frame" end

--- Tells the run's record what a step took out of a list.
function frame.note_loss(self, kind, n, why)
  if n == 0 then return end
  core.record.note(kind, ("%s: %d of %d rows, %s"):format(frame.called(self), n, core.frame.rows(self._core), why))
end

--- Runs `loop(cursor, f, ...)` over the rows of a frame. An error in the function is told with its row.
function frame.over_rows(self, loop, f, ...)
  local cursor = core.cursor.new(self._core)
  local results = table.pack(pcall(loop, cursor, f, ...))
  core.cursor.stop(cursor)
  if results[1] then return cursor, table.unpack(results, 2, results.n) end
  local err = results[2]
  if type(err) == "string" and err ~= "not enough memory" then
    err = ("%s (in row %d)"):format(err, core.cursor.row(cursor))
  end
  return error(err, 0)
end

--- The number of a column, by its name.
function frame.column_number(self, name)
  local i = core.frame.find(self._core, check.value("a column", name, "text"))
  return i or check.unknown("column", name, core.frame.names(self._core))
end

--- The numbers of columns, by their names.
function frame.column_numbers(self, names)
  local list = {}
  for i, name in ipairs(names) do list[i] = frame.column_number(self, name) end
  return list
end

--- What a profile hides: what the columns hide, and all levels if a variable is private.
function frame.hidden_levels(private, names)
  local set = {}
  for name in next, private do set[name] = true end
  for _, name in ipairs(names) do set.level = set.level or private[name] end
  return set
end

--- What count is given: names, one by one or as one list, and options behind them. Returns both, checked.
function frame.names_and_options(check_options, ...)
  local names, options = { ... }, nil
  if type(names[1]) == "table" and #names[1] > 0 then
    names, options = ...
  elseif type(names[#names]) == "table" then
    options = table.remove(names)
  end
  options = check_options(options)
  check.value("what count is given", names, "texts")
  if #names == 0 then check.fail "count needs the name of a column" end
  return names, options
end

-- ---- methods ---------------------------------------------------------------------------------

local methods = { -- those that are only named stand in another file
  where = "filter", exclude = "filter", distinct = "filter", append = "append", join = "join",
  count = "tabulate", summary = "tabulate", pivot = "pivot", band = "band",
  profile = "profile", compare = "profile", trend = "profile",
}

--- The names that a method is given, one by one or as one list; it needs one at least.
local function names_given(method, ...)
  local names = check.value("what " .. method .. " is given", select("#", ...) > 1 and { ... } or (...), "texts")
  if #names == 0 then check.fail(method .. " needs the name of a column") end
  return names
end

function methods.select(self, ...)
  local names = names_given("select", ...)
  return frame.new(core.frame.select(self._core, frame.column_numbers(self, names)), self)
end

function methods.drop(self, ...)
  local dropped, kept = {}, {}
  for _, i in ipairs(frame.column_numbers(self, names_given("drop", ...))) do dropped[i] = true end
  for i in ipairs(core.frame.names(self._core)) do
    if not dropped[i] then kept[#kept + 1] = i end
  end
  if #kept == 0 then check.fail "drop would leave no column" end
  return frame.new(core.frame.select(self._core, kept), self)
end

--- `names` under which those of a set now go.
local function renamed_set(set, new_names)
  local renamed = {}
  for name, value in next, set do renamed[new_names[name] or name] = value end
  return renamed
end

function methods.rename(self, new_names)
  check.value("what rename is given", new_names, "table")
  local names, old_names, taken = core.frame.names(self._core), check.keys(new_names), {}
  if #old_names == 0 then check.fail 'rename needs old = "new"' end
  for _, old in ipairs(old_names) do
    local i = frame.column_number(self, old)
    names[i] = check.value("the new name of " .. old, new_names[old], "text")
    if names[i] == "" then check.fail(("the new name of %s is empty"):format(core.text.quote(old))) end
  end
  for _, name in ipairs(names) do
    if taken[name] then check.fail(("two columns would be named '%s'"):format(core.text.quote(name)), name) end
    taken[name] = true
  end
  return frame.new(core.frame.rename(self._core, names), self,
    { id = new_names[self.id or false], private = renamed_set(self._private, new_names) })
end

--- The numbers of a list of rows; raises for what is no row of the frame.
local function check_rows(self, rows)
  local list, last = {}, core.frame.rows(self._core)
  for i, number in ipairs(check.value("what take is given", rows, "list")) do
    local row = check.value("the number of a row", number, "integer")
    if row < 1 or row > last then check.fail(("there is no row %d: the frame has %d"):format(row, last)) end
    list[i] = row
  end
  return list
end

--- How many of the rows in a list stand there again.
local function count_repeats(list)
  local seen, n = {}, 0
  for _, row in ipairs(list) do
    if seen[row] then n = n + 1 end
    seen[row] = true
  end
  return n
end

function methods.take(self, rows)
  local list = check_rows(self, rows)
  local repeats = count_repeats(list)
  return frame.after(self, core.frame.take(self._core, list), frame.step_with("rows by number", repeats, "again"),
    { added = repeats > 0 and repeats or nil })
end

function methods.head(self, n)
  n = check.value("the number of rows", n == nil and 10 or n, "count")
  return frame.after(self, core.frame.head(self._core, n), n == 1 and "the first row" or ("the first %d rows"):format(n))
end

--- The columns to sort by, of which a "-" before the name turns one, as numbers and flags.
function frame.sorting(self, names)
  local columns, descending = {}, {}
  for i, name in ipairs(names) do
    local turned = name:match "^%-(.+)$"
    descending[i] = turned ~= nil and not core.frame.find(self._core, name)
    columns[i] = frame.column_number(self, descending[i] and turned or name)
  end
  return columns, descending
end

function methods.sort(self, ...)
  return frame.new(core.frame.sort(self._core, frame.sorting(self, names_given("sort", ...))), self)
end

--- The private columns, and one more if what is in it was made from one of them.
function frame.private_with(self, name, read)
  local private = {}
  for column, value in next, self._private do private[column] = value end
  for _, column in ipairs(read) do private[name] = private[name] or self._private[column] end
  return private
end

function methods.derive(self, name, f)
  check.value("the name of the column", name, "text")
  if name == "" then check.fail "the name of the column is empty" end
  if core.frame.find(self._core, name) then
    check.fail(("there is a column '%s' already: rename or drop it first"):format(core.text.quote(name)), name)
  end
  check.value("what derive is given", f, "function")
  local cursor, handle = frame.over_rows(self, core.cursor.derive, f, name)
  return frame.new(handle, self, { private = frame.private_with(self, name, core.cursor.read(cursor)) })
end

function methods.column(self, name) return core.frame.column(self._core, frame.column_number(self, name)) end

function methods.rows(self)
  local handle, row, last = self._core, 0, core.frame.rows(self._core)
  -- what is missing is nil; a mistyped column is not taken for it
  local fields = { __index = function(_, name)
    if type(name) ~= "string" or core.frame.find(handle, name) then return nil end
    return check.unknown("column", name, core.frame.names(handle))
  end }
  return function()
    row = row + 1
    if row <= last then return setmetatable(core.frame.row(handle, row), fields) end
  end
end

-- Which file of the library writes a format, by the end of the file's name.
local writers = { csv = "csv", json = "json", ods = "spreadsheet", sav = "statfile", xlsx = "spreadsheet" }

-- What was read is written back whole; what was computed has 12 digits, alike on every machine.
function frame.digits(self) return self._source and 0 or 12 end

local write_options = check.options("WriteOptions", { guard = "boolean", sheet = "text" })

function methods.write(self, path, options)
  check.value("the file", path, "text")
  options = write_options(options)
  local format = path:match "%.(%w+)$"
  if not writers[format] then
    local list = check.keys(writers)
    for i, name in ipairs(list) do list[i] = "." .. name end
    check.fail(("'%s': the name of the file must end in %s"):format(core.text.quote(path), table.concat(list, " or ")))
  end
  local writer = require("assay." .. writers[format])
  check.taken(options, writer.write_options, format)
  writer.write(self, path, options)
  return self
end

-- ---- the class -------------------------------------------------------------------------------

local Steps = { __name = "assay.Steps", __metatable = "assay.Steps" }

function Steps.__tostring(self)
  local lines, any_added = {}, false
  for _, step in ipairs(self) do any_added = any_added or step.added ~= nil end
  local columns = { { name = "step" }, { name = "removed", right = true } }
  if any_added then columns[#columns + 1] = { name = "added", right = true } end
  columns[#columns + 1] = { name = "rows", right = true }
  for i, step in ipairs(self) do
    local line = { step.step, tostring(step.removed) }
    if any_added then line[#line + 1] = tostring(step.added or 0) end
    line[#line + 1] = tostring(step.rows)
    lines[i] = line
  end
  return table_text.lines(columns, lines)
end

--- A copy of one level: what a script changes in it is its own.
local function copy(t)
  if t == nil then return nil end
  local fresh = {}
  for key, value in next, t do fresh[key] = value end
  return fresh
end

Frame = check.class("Frame", "f", methods, function(self, key)
  if key == "id" then return rawget(self, "_id") end
  if key == "source" then return copy(rawget(self, "_source")) end
  if key == "private" then return copy(self._private) end
  if key == "_id" or key == "_source" then return nil end
  if key == "columns" then return core.frame.names(self._core) end
  if key == "steps" then
    local steps = {}
    for i, step in ipairs(self._steps) do steps[i] = copy(step) end
    return setmetatable(steps, Steps)
  end
  if key == "excluded" then
    return require "assay.source".frame {
      columns = { "reason", "id" }, rows = self._excluded, types = { reason = "text", id = "text" },
      private = self._id and self._private[self._id] and "id" or nil,
    }
  end
  return nil, false
end)
Frame.fields = { "columns", "id", "steps", "excluded", "source", "private" }

function Frame.__newindex(_, key)
  return check.fail(("a frame never changes: no '%s' can be set"):format(core.text.quote(tostring(key))))
end

function Frame.__len(self) return core.frame.rows(self._core) end

--- `_above` and `_below` are what a noun that makes a frame has to say over and beneath it.
function Frame.__tostring(self)
  local is_list = self._id ~= nil or self._source ~= nil
  local text, below = table_text.frame(self._core, self._private, is_list), rawget(self, "_below")
  local above = rawget(self, "_above")
  if above then text = above .. "\n\n" .. text end
  return below and text .. "\n\n" .. below or text
end

return frame
