-- frame.lua: tables, and what can be done with them.

local core = require "assay.core"
local check = require "assay.check"
local table_text = require "assay.report.table"

local frame = {}

-- ---- the object ------------------------------------------------------------------------------
-- _core: the handle; id: the column that names a case; source: where it came from; private: columns
-- that are shown as ***; _steps: how the rows came to be; _excluded: { reason, id } of rows left out.

local Frame

--- A frame on a core handle; what is known of it comes from the frame `from`, if it is given.
function frame.new(handle, from)
  from = from or {}
  return setmetatable({
    _core = handle,
    id = from.id and core.frame.find(handle, from.id) and from.id or nil,
    source = from.source,
    private = from.private or {},
    _steps = from._steps or {},
    _excluded = from._excluded or {},
  }, Frame)
end

--- Calls `f` and gives errors about a row of `self` the file that it was read from. Where steps left
--- rows out, rows are counted among those that remain.
function frame.blame(self, f, ...)
  local results = table.pack(pcall(f, ...))
  if results[1] then return table.unpack(results, 2, results.n) end
  local err = results[2]
  if type(err) == "table" and err.row and not err.file and self.source then
    err.file = self.source.file
    err.message = ("%s%s: %s"):format(err.file, #self._steps > 1 and ", among the rows that remain" or "", err.message)
  end
  return error(err, 0)
end

--- The same list with one value more: objects share lists, so none is ever changed.
local function with(list, value)
  local longer = table.move(list, 1, #list, 1, {})
  longer[#longer + 1] = value
  return longer
end

--- A frame that follows from `self` by a step, which is counted.
function frame.after(self, handle, step, excluded)
  local next_frame = frame.new(handle, self)
  next_frame._steps = with(self._steps, {
    step = step, removed = core.frame.rows(self._core) - core.frame.rows(handle),
    rows = core.frame.rows(handle),
  })
  next_frame._excluded = excluded or self._excluded
  return next_frame
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

-- ---- methods ---------------------------------------------------------------------------------

local methods = { -- those that are only named stand in another file
  where = "filter", exclude = "filter", distinct = "filter",
  count = "tabulate", profile = "tabulate", summary = "tabulate",
}

function methods.select(self, ...)
  local names = check.value("what select is given", select("#", ...) > 1 and { ... } or (...), "texts")
  return frame.new(core.frame.select(self._core, frame.column_numbers(self, names)), self)
end

function methods.take(self, rows)
  check.value("what take is given", rows, "table")
  for _, row in ipairs(rows) do
    if not math.tointeger(row) or row < 1 or row > #self then
      check.fail(("there is no row %s: the frame has %d"):format(tostring(row), #self))
    end
  end
  return frame.new(core.frame.take(self._core, rows), self)
end

function methods.head(self, n)
  local rows = {}
  for i = 1, math.min(check.value("the number of rows", n or 10, "count"), #self) do rows[i] = i end
  return frame.new(core.frame.take(self._core, rows), self)
end

function methods.sort(self, names)
  local columns, descending = {}, {}
  for i, name in ipairs(check.value("what sort is given", names, "texts")) do
    local turned = name:match "^%-(.+)$"
    descending[i] = turned ~= nil and not core.frame.find(self._core, name)
    columns[i] = frame.column_number(self, descending[i] and turned or name)
  end
  return frame.new(core.frame.sort(self._core, columns, descending), self)
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

local write_options = check.options("WriteOptions", { guard = "boolean" })

function methods.write(self, path, options)
  check.value("the file", path, "text")
  options = write_options(options)
  if not path:find "%.csv$" then
    check.fail(("'%s': the name of the file must end in .csv"):format(core.text.quote(path)))
  end
  -- what was read is written back whole; what was computed has 12 digits, alike on every machine
  core.csv.write(self._core, path, self.source and 0 or 12, options.guard or false)
  return self
end

-- ---- the class -------------------------------------------------------------------------------

local Steps = { __name = "assay.Steps", __metatable = "assay.Steps" }

function Steps.__tostring(self)
  local lines = {}
  for i, step in ipairs(self) do lines[i] = { step.step, tostring(step.removed), tostring(step.rows) } end
  return table_text.lines({ { name = "step" }, { name = "removed", right = true }, { name = "rows", right = true } },
    lines)
end

Frame = check.class("Frame", "f", methods, function(self, key)
  if key == "columns" then return core.frame.names(self._core) end
  if key == "steps" then
    local steps = {}
    for i, step in ipairs(self._steps) do steps[i] = step end
    return setmetatable(steps, Steps)
  end
  if key == "excluded" then
    return require "assay.source".frame {
      columns = { "reason", "id" }, rows = self._excluded, types = { reason = "text", id = "text" },
    }
  end
  if key == "id" or key == "source" then return nil end
  return nil, false
end)
Frame.fields = { "columns", "id", "steps", "excluded", "source", "private" }

function Frame.__len(self) return core.frame.rows(self._core) end

--- `_below` is what a noun that makes a frame has to say beneath it.
function Frame.__tostring(self)
  local text, below = table_text.frame(self._core, self.private), rawget(self, "_below")
  return below and text .. "\n\n" .. below or text
end

return frame
