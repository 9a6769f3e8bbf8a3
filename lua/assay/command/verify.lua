-- verify.lua: whether a sample's folder is what it says.

local core = require "assay.core"
local check = require "assay.check"

local verify = {
  usage = "verify FOLDER [FILE] [--json]",
  purpose = "draws a sample again from its folder and says whether it is the same",
  details = [[
The folder is one that sample:write made. Every ticket, the strata and their sizes, the cases
drawn and the SHA-256 of the files are compared, the allocation is solved again, and the steps of
the list must lead to its cases. With FILE, which is the list of cases, it is
also compared whether list and folder have the same cases.

Exit codes: 0 the sample is what it says, 1 it is not, 2 wrong usage, 3 it cannot be compared.]],
}

function verify.declare(parser)
  parser:argument("FOLDER", "The folder of the sample."):target("folder"):argname "FOLDER"
  parser:argument("FILE", "The list of cases, a CSV file with the sample's column of ids.")
    :target("file"):argname("FILE"):args "?"
  parser:flag("--json", "Print the answer as JSON.")
end

--- The list of cases, read as the sample's own list was.
local function read_list(folder, file)
  local assay = require "assay"
  local manifest = assay.read_json(folder .. "/manifest.json")
  if type(manifest) ~= "table" or type(manifest.id) ~= "string" then
    check.refuse("this is no manifest of a sample: 'id' is missing or wrong", { file = folder .. "/manifest.json" })
  end
  return assay.read(file, { id = manifest.id, delimiter = type(manifest.list) == "table"
    and type(manifest.list.source) == "table" and manifest.list.source.delimiter or nil })
end

function verify.call(words)
  local list = words.file and read_list(words.folder, words.file)
  local same, differences = require "assay".verify(words.folder, list)
  differences = differences or {}
  if words.json then
    local lines = {}
    for i, line in ipairs(differences) do lines[i] = line end
    io.write(core.json.text { folder = words.folder, list = words.file, verified = same,
      differences = core.json.list(lines) })
  elseif same then
    print(("verified: %s is what list, plan and seed give"):format(words.folder))
  else
    for _, line in ipairs(differences) do print(line) end
  end
  return same and 0 or 1
end

return verify
