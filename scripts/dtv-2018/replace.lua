-- replace.lua: Durham Tees Valley CRC, November 2018. Two cases were not what the list said.
-- The case lists are synthetic, and so are these two findings: data/README.md says so.
local assay = require "assay"

local sample = assay.open_sample "case-supervision"
sample:replace("S0258", "out_of_scope", "order revoked before the fieldwork", { date = "2018-11-06" })
sample:replace("S0094", "unavailable", "file lost in an office move", { date = "2018-11-08" })
print(sample.log)
sample:write "case-supervision" -- revision 2; the first is kept

-- The other two samples are as they were drawn.
for _, name in ipairs { "unpaid-work", "through-the-gate" } do assay.open_sample(name):write(name) end

print "\nThe folders prove themselves, and every revision in them"
for _, name in ipairs { "case-supervision", "unpaid-work", "through-the-gate" } do
  local same, differences = assay.verify(name)
  print(("%-18s revision %d, %s"):format(name, assay.open_sample(name).revision,
    same and "verified" or tostring(differences)))
end
