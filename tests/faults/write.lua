-- write.lua: several files, one of them larger than what is written at once, a folder, and all of it
-- read again. Its word says which run this is, so that the files of two runs differ.
local assay = require "assay"

local run, rows = arg[1] or "none", {}
for i = 1, tonumber(arg[2] or 3000) do
  rows[i] = { ("%05d"):format(i), run, i % 3 == 0 and "F" or "M", ("%d more of the same"):format(i) }
end
local columns = { "id", "run", "gender", "note" }
local list = assay.frame { columns = columns, rows = rows, id = "id" }
list:write "list.csv"

local few = assay.frame { columns = columns, rows = table.move(rows, 1, 40, 1, {}), id = "id" }
assay.plan { frame = few, strata = { "gender" }, size = 9 }:draw { seed = run }:write "sample"
few:write "few.csv"
assay.open_sample("sample"):write "sample" -- the same files once more are left as they are

assert(assay.verify "sample")
assert(#assay.read("list.csv", { id = "id" }) == #list)
assert(assay.read_json "sample/manifest.json".seed == run)
print(run)
