-- shared.lua: finding the data files that come with the program: frameworks, rating scales, wordings.

local core = require "assay.core"
local check = require "assay.check"

local shared = {}

-- The folder that `assay/` stands in, and from there the shared folder as built and as installed.
local home = select(2, ...):match "^(.*)assay/shared%.lua$"
local beside = home and { home .. "../share/assay/", home .. "../../assay/" } or {}

-- What a message calls one of a kind.
local called = { scales = "rating scale", frameworks = "framework", wordings = "wording" }

--- Every folder that may hold files of a kind. The program reads its shared folder through the
--- door, as the last one; stock Lua finds it beside the library.
local function folders(kind)
  local list = { kind .. "/" }
  for _, folder in ipairs(beside) do list[#list + 1] = folder .. kind .. "/" end
  return list
end

local function known(kind)
  local set = {}
  for _, folder in ipairs(folders(kind)) do
    for _, name in ipairs(core.json.names(folder)) do set[name] = true end
  end
  return set
end

--- What the file of that name holds, and where it was found. "NAME.json" is read as given; NAME is
--- looked for where the script's inputs are, then among what is shipped. A file that is there but
--- cannot be used is an error, so that no other one is taken for it.
function shared.find(kind, name)
  if name:find "%.json$" then return core.json.read(name), name end
  local places = { name .. ".json" }
  for _, folder in ipairs(folders(kind)) do places[#places + 1] = folder .. name .. ".json" end
  for _, path in ipairs(places) do
    local value = core.json.find(path)
    if value ~= nil then return value, path end
  end
  return check.unknown(called[kind], name, known(kind))
end

--- Calls `f` and gives the usage errors it raises the name of the file that they are about.
function shared.blame(path, f, ...)
  local results = table.pack(pcall(f, ...))
  if results[1] then return table.unpack(results, 2, results.n) end
  local err = results[2]
  if path and type(err) == "table" and err.file == nil then
    err.kind, err.code, err.file = "data", "EFORMAT", path
  end
  return error(err, 0)
end

return shared
