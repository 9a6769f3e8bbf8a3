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

--- A plan of 120, 80 and 52 cases by kind, unless the options say otherwise; its sizes by stratum.
function support.plan(options)
  options.frame = options.frame or support.strata { A = 120, B = 80, C = 52 }
  if options.strata == nil then options.strata = "kind" end
  return assay.plan(options)
end

function support.sizes(plan) return plan.strata:column("sample"):list() end

--- The numbers of a field of a reference row: "3;4.5".
function support.numbers(text)
  local list = {}
  for number in text:gmatch "[^;]+" do list[#list + 1] = tonumber(number) end
  return list
end

-- ---- folders of samples ------------------------------------------------------------------------

--- Puts `to` in place of the first match of a pattern in a file.
function support.edit(path, pattern, to)
  local content, changes = support.content(path):gsub(pattern, to, 1)
  if changes ~= 1 then error(("%s has no %s"):format(path, pattern), 2) end
  local file = assert(io.open(path, "wb"))
  file:write(content)
  file:close()
end

local function sha256(text)
  local pipe = assert(io.popen(("printf %%s '%s' | sha256sum"):format(text:gsub("'", "'\\''"))))
  local digest = pipe:read "a":match "^%x+"
  pipe:close()
  return digest
end

--- Writes the digests of an edited folder anew, as who does not want to be found out would.
function support.forge(folder)
  local manifest = folder .. "/manifest.json"
  for _, file in ipairs { "frame.csv", "sample.csv" } do
    support.edit(manifest, ('"%s": "%%x+"'):format(file:gsub("%.", "%%.")),
      ('"%s": "%s"'):format(file, sha256(support.content(folder .. "/" .. file))))
  end
  support.edit(manifest, '"digest": "%x+"', ('"digest": "%s"'):format(("0"):rep(64)))
  support.edit(manifest, '"digest": "%x+"', ('"digest": "%s"'):format(sha256(support.content(manifest))))
end

--- The bytes of a sample's folder, which those of another must be.
function support.folder_of(folder)
  local files = {}
  for _, file in ipairs { "frame.csv", "sample.csv", "manifest.json" } do
    files[file] = support.content(folder .. "/" .. file)
  end
  return files
end

return support
