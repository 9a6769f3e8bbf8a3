-- workbook.lua: what inspectors fill in: the cases of a sample, with a column for each question.

local core = require "assay.core"
local check = require "assay.check"

local workbook = {}

local CASES, RESERVES, LISTS = "Cases", "Reserves", "Lists"
local LONGEST_NAME = 31 -- of a sheet, in UTF-16 units

local workbook_options = check.options("WorkbookOptions", {
  framework = function(name, value) return check.object(name, value, "Framework") end,
  standards = "texts", columns = "texts", split = "text",
})

-- ---- what is asked -----------------------------------------------------------------------------

--- `list`, of which nothing may stand twice.
local function once(what, list)
  local seen = {}
  for _, name in ipairs(list) do
    if seen[name] then check.fail(("%s has '%s' twice"):format(what, core.text.quote(name)), what) end
    seen[name] = true
  end
  return list
end

--- The questions by id, and their wording.
local function questions_of(framework, standards)
  local questions, notes = framework:questions(standards and once("standards", standards)), {}
  if #questions == 0 then check.fail("no question is asked: these standards are judged", "standards") end
  for i, id in ipairs(questions) do notes[i] = framework:text(id) end
  return questions, notes
end

-- ---- what is known -----------------------------------------------------------------------------

--- Raises unless the list that the sample was drawn from has the column: what the draw added stays out.
local function check_column(self, known, name)
  for _, one in ipairs(known) do
    if one == name then return end
  end
  if core.frame.find(self.cases._core, name) then
    check.fail(("'%s' is no column of the list, and how a case was drawn is not for inspectors"):format(name), "columns")
  end
  check.unknown("column", name, known)
end

--- The columns that each sheet shows: the id, those asked for, and the one that cases are split by. Private
--- ones only where they were asked for.
local function columns_of(self, options)
  local about, known = self.plan._about, core.plan.columns(self.plan._core)
  local columns, there = { about.id }, { [about.id] = true }
  for _, name in ipairs(once("columns", options.columns or {})) do
    check_column(self, known, name)
    if not there[name] then columns[#columns + 1] = name end
    there[name] = true
  end
  local split = options.split
  if split and not there[split] then
    check_column(self, known, split)
    if about.private[split] then
      check.fail(("column '%s' is private: it comes into a workbook only where columns names it too"):format(
        core.text.quote(split)), "split")
    end
    columns[#columns + 1] = split
  end
  return columns
end

local function check_names(columns, questions)
  local asked = {}
  for _, id in ipairs(questions) do asked[id] = true end
  for _, name in ipairs(columns) do
    if asked[name] then
      check.fail(("'%s' is a column of the list and a question: rename the column"):format(core.text.quote(name)), "columns")
    end
  end
end

--- The cases of a role, with these columns.
local function cases_of(self, role, columns)
  local handle, rows, numbers = self.cases._core, {}, {}
  for row, one in ipairs(self.cases:column("role"):list()) do
    if one == role then rows[#rows + 1] = row end
  end
  for i, name in ipairs(columns) do numbers[i] = core.frame.find(handle, name) end
  return core.frame.select(core.frame.take(handle, rows), numbers)
end

-- ---- sheets ------------------------------------------------------------------------------------

--- As much of a text as so many UTF-16 units hold. What is no UTF-8 stays, for core to refuse.
local function cut(text, most)
  local units = 0
  if not utf8.len(text) then return text end
  for at, code in utf8.codes(text) do
    units = units + (code >= 0x10000 and 2 or 1)
    if units > most then return text:sub(1, at - 1) end
  end
  return text
end

local function is_taken(name, taken)
  for _, other in ipairs(taken) do
    if core.text.is_same(name, other) then return true end
  end
  return false
end

--- What a sheet is called for a level: as the level, but for what no sheet can be called; numbered where
--- another one is called so already.
local function sheet_name(level, taken)
  local plain = level:gsub("[%[%]:*?/\\%c]", "-")
  plain = cut(plain, LONGEST_NAME):gsub("^'+", ""):gsub("'+$", "")
  local name, i = plain == "" and "-" or plain, 1
  while is_taken(name, taken) do
    i = i + 1
    local suffix = (" (%d)"):format(i)
    name = cut(plain, LONGEST_NAME - #suffix) .. suffix
  end
  taken[#taken + 1] = name
  return name
end

--- The rows of each level in byte order, those without a value last: { level, rows }.
local function levels_of(handle, column)
  local of, levels, missing, column_of = {}, {}, {}, core.frame.column(handle, core.frame.find(handle, column))
  for row = 1, core.frame.rows(handle) do
    local value = column_of[row]
    local level = type(value) == "number" and core.text.number(value) or value
    if level ~= nil and not of[level] then
      of[level] = {}
      levels[#levels + 1] = { level, of[level] }
    end
    local rows = level == nil and missing or of[level]
    rows[#rows + 1] = row
  end
  table.sort(levels, function(a, b) return core.text.is_before(a[1], b[1]) end)
  if #missing > 0 then levels[#levels + 1] = { "NA", missing } end
  return levels
end

--- Tells which levels are sheets of other names.
local function note_names(path, self, column, changed)
  local private = self.plan._about.private[column]
  local function show(name) return private and "***" or core.text.quote(name) end
  for _, one in ipairs(changed) do
    core.record.note("sheet names", ("%s: '%s' of '%s' is sheet '%s'"):format(path, show(one[1]), core.text.quote(column),
      show(one[2])))
  end
end

--- A sheet for each level: { name, frame, that it asks }.
local function split_sheets(self, handle, path, column)
  local sheets, taken, changed = {}, { RESERVES, LISTS, "History" }, {}
  for i, level in ipairs(levels_of(handle, column)) do
    local name = sheet_name(level[1], taken)
    if name ~= level[1] then changed[#changed + 1] = { level[1], name } end
    sheets[i] = { name, core.frame.take(handle, level[2]), true }
  end
  note_names(path, self, column, changed)
  return sheets
end

local function sheets_of(self, path, columns, split)
  local cases = cases_of(self, "sample", columns)
  local reserves = cases_of(self, "reserve", { "stratum", "rank", table.unpack(columns) })
  local sheets = split and core.frame.rows(cases) > 0 and split_sheets(self, cases, path, split) or { { CASES, cases, true } }
  if core.frame.rows(reserves) > 0 then sheets[#sheets + 1] = { RESERVES, reserves, false } end
  return sheets
end

-- ---- the method of a sample ----------------------------------------------------------------------

function workbook.workbook(self, path, options)
  check.value("the file", path, "text")
  if not path:lower():find "%.xlsx$" then
    check.fail(("'%s': the name of a workbook must end in .xlsx"):format(core.text.quote(path)))
  end
  options = workbook_options(options)
  local framework = options.framework or check.fail("'framework' is needed: it has the questions", "framework")
  local questions, notes = questions_of(framework, options.standards)
  local columns, values = columns_of(self, options), framework.values
  check_names(columns, questions)
  require "assay.formats".spreadsheet.write_form(path, {
    sheets = sheets_of(self, path, columns, options.split), fields = questions, notes = notes,
    choices = { values.yes, values.no, values.not_applicable },
  }, 0)
  return self
end

return workbook
