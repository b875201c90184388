# nnlab on Windows, where there is no make: powershell -ExecutionPolicy Bypass -File scripts\nnlab.ps1 run (or: class, test)
param([ValidateSet("run", "class", "test")][string]$Task = "run")
Set-Location (Split-Path $PSScriptRoot)
$Python = ".venv\Scripts\python.exe"

function Invoke-Checked {
    & $args[0] $args[1..($args.Length - 1)]
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}

if (-not (Test-Path .venv\installed)) {
    $Installed = py --list | Out-String
    $Version = "3.13", "3.12", "3.11" | Where-Object { $Installed.Contains($_) } | Select-Object -First 1
    if (-not $Version) { Write-Output "nnlab needs Python 3.11, 3.12 or 3.13 from python.org."; exit 1 }
    Invoke-Checked py "-$Version" -m venv --clear .venv
}
if ($Task -ne "test") {
    Invoke-Checked $Python -m pip install --quiet --disable-pip-version-check -r requirements.txt
    New-Item -ItemType File -Force .venv\installed | Out-Null
    $Port = if ($env:PORT) { $env:PORT } else { "8501" }
    if ($Task -eq "class") { Invoke-Checked $Python -m nnlab.classroom --port $Port }
    else { Invoke-Checked $Python -m streamlit run app.py --server.port $Port }
} else {
    Invoke-Checked $Python -m pip install --quiet --disable-pip-version-check -r requirements-test.txt
    New-Item -ItemType File -Force .venv\installed | Out-Null
    if (-not $env:NNLAB_CHROMIUM) { $env:NNLAB_CHROMIUM = & $Python scripts\chromium.py }
    if (-not $env:NNLAB_CHROMIUM) { exit 1 }
    Invoke-Checked $Python -m pytest
}
