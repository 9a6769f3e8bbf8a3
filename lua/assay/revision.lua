-- revision.lua: what becomes of the cases of a sample after the draw.

local core = require "assay.core"
local check = require "assay.check"
local total = require "assay.allocate".total
local samples = require "assay.sample"

local revision = {}

local kinds = { "out_of_scope", "unavailable" }

local loss_options = check.options("LossOptions", { date = "text" })

--- An id as it stands in the list: a number is what it prints as.
local function check_id(name, value)
  if math.type(value) == "integer" then return tostring(value) end
  return check.value(name, value, "text")
end

local function change(f, self, id, kind, why, date)
  if core.draw.how(self._core).listed then
    check.fail("the sample is of a list that streams past: write it, and open its folder to say what became of its cases")
  end
  return f(self._core, check_id("the id", id), check.value("kind", kind, kinds), check.value("the reason", why, "text"),
    date)
end

function revision.replace(self, id, kind, why, options)
  local by = change(core.revision.replace, self, id, kind, why, loss_options(options).date)
  samples.refresh(self)
  return by
end

function revision.withdraw(self, id, kind, why, options)
  change(core.revision.withdraw, self, id, kind, why, loss_options(options).date)
  samples.refresh(self)
  return self
end

-- ---- many at once ----------------------------------------------------------------------------

local actions = { "replace", "withdraw" }

--- The columns of a table of losses, as lists by what they are called here.
local function columns_of(self, list)
  local columns, id = {}, self.plan._about.id
  for _, name in ipairs { "id", "action", "kind", "why", "date" } do
    local column = name == "id" and core.frame.find(list._core, id) and id or name
    if core.frame.find(list._core, column) then
      columns[name] = list:column(column):list()
    elseif name ~= "date" then
      check.fail(("the table has no column '%s': it needs %s, action, kind and why, and may have date"):format(
        core.text.quote(column), core.text.quote(id)), "the table")
    end
  end
  return columns
end

local function apply_row(self, columns, row)
  for _, name in ipairs { "id", "action", "kind", "why" } do
    if columns[name][row] == nil then check.fail(("'%s' is missing"):format(name)) end
  end
  local action = check.value("action", tostring(columns.action[row]), actions)
  change(core.revision[action], self, tostring(columns.id[row]), tostring(columns.kind[row]), tostring(columns.why[row]),
    columns.date and columns.date[row] and tostring(columns.date[row]))
end

local MOST_FAULTS = 10

--- Raises what was wrong, row by row.
local function refuse(list, faults)
  local file = list.source and list.source.file
  local lines = {}
  for i = 1, math.min(#faults, MOST_FAULTS) do lines[i] = ("row %d: %s"):format(faults[i].row, faults[i].message) end
  if #faults > MOST_FAULTS then lines[#lines + 1] = ("and %d more rows"):format(#faults - MOST_FAULTS) end
  check.refuse(("%snothing was changed: %s"):format(file and file .. ": " or "", table.concat(lines, "; ")),
    { file = file, row = faults[1].row })
end

function revision.apply(self, list)
  check.object("the table", list, "Frame")
  local columns, before, faults = columns_of(self, list), core.revision.losses(self._core), {}
  for row = 1, #list do
    local ok, err = pcall(apply_row, self, columns, row)
    if not ok and (type(err) ~= "table" or err.kind ~= "usage") then
      core.revision.undo(self._core, before)
      error(err, 0)
    elseif not ok then
      faults[#faults + 1] = { row = row, message = err.message }
    end
  end
  if #faults > 0 then
    core.revision.undo(self._core, before)
    refuse(list, faults)
  end
  samples.refresh(self)
  return self
end

-- ---- what was done ---------------------------------------------------------------------------

local names = { "revision", "action", "id", "kind", "why", "date", "replaced_by" }
local types = { revision = "integer", action = "category", id = "text", kind = "category", why = "text", date = "date",
  replaced_by = "text" }

function revision.log(self)
  local rows = {}
  for i, entry in ipairs(core.revision.log(self._core)) do
    rows[i] = {}
    for j, name in ipairs(names) do rows[i][j] = entry[name] end
  end
  return require "assay.source".frame { columns = names, rows = rows, types = types }
end

local function cases(n) return ("%d case%s"):format(n, n == 1 and "" or "s") end

--- Words on strata, or units of two stages, that have lost all cases to being unavailable: weights are shared
--- within each, and so none has theirs.
local function note_bare(self, assessed, outside, lost)
  local bare = 0
  for h, n in ipairs(lost) do
    if n > 0 and assessed[h] + outside[h] == 0 then bare = bare + 1 end
  end
  local words = self.units and { "unit", "units" } or { "stratum", "strata" }
  return bare == 0 and "" or ("; %d %s no case left that weights could stand for"):format(bare,
    bare == 1 and words[1] .. " has" or words[2] .. " have")
end

--- In words and numbers, or nil where no case was lost.
function revision.words(self)
  if core.revision.losses(self._core) == 0 then return nil end
  local _, assessed, outside, lost, taken = core.revision.tolls(self._core)
  local places = total((core.draw.sizes(self._core)))
  local number, coming = core.revision.number(self._core)
  local bare = note_bare(self, assessed, outside, lost)
  assessed, taken = total(assessed), total(taken)
  return ("revision %d%s: %s to be assessed; since the draw %s out of scope and %d unavailable, %s taken a place%s%s"):format(
    number, coming and " (not written yet)" or "", cases(assessed), cases(total(outside)), total(lost),
    taken == 1 and "1 reserve has" or ("%d reserves have"):format(taken),
    assessed < places and (", %d of %d places are empty"):format(places - assessed, places) or "", bare)
end

return revision
