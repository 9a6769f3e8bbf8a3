-- support.lua: what the specs share.

local assay = require "assay"

local support = {}

--- The error that a call raises, as a table; fails the test if there is none.
function support.refusal(f, ...)
  local value, err = assay.try(f, ...)
  if err == nil then error("no error, but " .. tostring(value), 2) end
  if type(err) ~= "table" then error("a plain error: " .. tostring(err), 2) end
  return err
end

local folders = 0

--- The path of a new file with this content, in a folder that the tests may fill. Stock Lua takes any
--- path; inside the program, paths are relative to the run's own outputs.
local root = assert(os.getenv "ASSAY_TEST_FOLDER", "ASSAY_TEST_FOLDER must name an empty folder: see tests/run")

function support.path(name)
  local path
  repeat -- each spec counts from 1 in the same folder
    folders = folders + 1
    path = ("%s/%d-%s"):format(root, folders, name)
  until not support.exists(path)
  return path
end

function support.file(name, content)
  local path = support.path(name)
  local file = assert(io.open(path, "wb"))
  file:write(content)
  file:close()
  return path
end

function support.content(path)
  local file = assert(io.open(path, "rb"))
  local content = file:read "a"
  file:close()
  return content
end

function support.exists(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

--- A frame of n cases with gender (a third F), unit (A, B, C in turn) and age.
function support.cases(n)
  local rows = {}
  for i = 1, n do
    rows[i] = { ("%04d"):format(i), i % 3 == 0 and "F" or "M", ("ABC"):sub(i % 3 + 1, i % 3 + 1), 18 + i % 40 }
  end
  return assay.frame { columns = { "case_id", "gender", "unit", "age" }, rows = rows, id = "case_id",
    types = { gender = "category", unit = "category" } }
end

--- A frame with so many cases in each stratum: { A = 10, B = 3 }, or a list of { label, n, further columns }.
function support.strata(strata, columns)
  local rows, labels = {}, {}
  for label in pairs(strata) do labels[#labels + 1] = label end
  table.sort(labels, function(a, b) return tostring(a) < tostring(b) end)
  for _, label in ipairs(labels) do
    local part = strata[label]
    local name, n, more = label, part, nil
    if type(part) == "table" then name, n, more = part[1], part[2], part end
    for _ = 1, n do rows[#rows + 1] = { ("%05d"):format(#rows + 1), name, table.unpack(more or {}, 3) } end
  end
  local names, types = { "id", "kind" }, { kind = "category" }
  for _, column in ipairs(columns or {}) do
    names[#names + 1], types[column] = column, "category"
  end
  return assay.frame { columns = names, rows = rows, id = "id", types = types }
end

return support
