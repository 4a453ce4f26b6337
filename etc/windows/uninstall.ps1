# SPDX-License-Identifier: Apache-2.0

<#
.SYNOPSIS
Removes the Windows service central-oauthd and its programs, and keeps the data.

.DESCRIPTION
Stops and removes the service with its settings, then the event source, the firewall rule that install.ps1 made, and the
programs. The database, the logs and the secrets stay, unless -RemoveData is given. With the data kept, install.ps1
takes the service up again where it was; its settings have to be given anew.

.PARAMETER InstallDir
Where the programs are. Default: where the service has them, or central-oauth below Program Files.

.PARAMETER DataDir
Where the data is. Default: where the service has it, or central-oauth below ProgramData.

.PARAMETER RemoveData
Deletes the database, the logs, and the secrets with the encryption key, after a question. Nothing brings them back.

.PARAMETER Force
With -RemoveData: does not ask.

.EXAMPLE
& "$env:ProgramFiles\central-oauth\uninstall.ps1"

Removes the service and the programs.

.EXAMPLE
& "$env:ProgramFiles\central-oauth\uninstall.ps1" -WhatIf

Says what would be removed, and removes nothing.

.EXAMPLE
& "$env:ProgramFiles\central-oauth\uninstall.ps1" -RemoveData

Removes the data as well, after a question.
#>
#Requires -Version 5.1
#Requires -RunAsAdministrator
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    [string] $InstallDir = '',
    [string] $DataDir = '',
    [switch] $RemoveData,
    [switch] $Force
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false # exit codes are looked at here

$serviceName = 'central-oauthd'
$serviceKey = "HKLM:\SYSTEM\CurrentControlSet\Services\$serviceName"
$eventKey = "HKLM:\SYSTEM\CurrentControlSet\Services\EventLog\Application\$serviceName"
$programParts = @('bin', 'licences', 'docs', 'completion', 'install.ps1', 'uninstall.ps1', 'README.txt')

# Returns the path as a full path on a local drive, without a backslash at its end.
function Resolve-Folder([string] $Path, [string] $Parameter) {
    $full = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path).TrimEnd('\')
    if ($full -notmatch '^[A-Za-z]:\\.') {
        throw "$Parameter must be a folder on a local drive; it is $Path."
    }
    return $full
}

# Returns a setting of the service, or an empty string.
function Get-ServiceSetting([string] $Name) {
    if (Test-Path -LiteralPath $serviceKey) {
        foreach ($line in @((Get-Item -LiteralPath $serviceKey).GetValue('Environment', @()))) {
            if ($line.StartsWith("$Name=")) {
                return $line.Substring($Name.Length + 1)
            }
        }
    }
    return ''
}

# Removes these files and folders, and then the folder itself if nothing else is in it. A program that has just ended
# may still hold its files for a moment.
function Remove-Parts([string] $Folder, [string[]] $Parts) {
    for ($try = 1; ; $try++) {
        try {
            foreach ($part in $Parts) {
                if (Test-Path -LiteralPath $part) {
                    Remove-Item -LiteralPath $part -Recurse -Force
                }
            }
            break
        } catch {
            if ($try -ge 10) {
                throw "$Folder can't be removed: $($_.Exception.Message) End every program that uses it, and run " +
                    'this again.'
            }
            Start-Sleep -Seconds 1
        }
    }
    if (@(Get-ChildItem -LiteralPath $Folder -Force).Count -gt 0) {
        Write-Host "$Folder has files that install.ps1 did not put there, and stays."
        return
    }
    try {
        Remove-Item -LiteralPath $Folder -Force
    } catch {
        Write-Host "The empty folder $Folder is in use, and stays."
    }
}

# The service knows both folders, so ask before it is gone.
$service = Get-CimInstance -ClassName Win32_Service -Filter "Name='$serviceName'"
if ($InstallDir -eq '') {
    $InstallDir = "$env:ProgramFiles\central-oauth"
    if ($null -ne $service -and $service.PathName -match '^"?(.+)\\bin\\central-oauthd\.exe"?') {
        $InstallDir = $Matches[1]
    }
}
if ($DataDir -eq '') {
    $DataDir = "$env:ProgramData\central-oauth"
    $database = Get-ServiceSetting 'CENTRAL_OAUTH_DB_PATH'
    if ($database -ne '') {
        $DataDir = Split-Path -Parent $database
    }
}
$InstallDir = Resolve-Folder $InstallDir '-InstallDir'
$DataDir = Resolve-Folder $DataDir '-DataDir'

if ($null -ne $service -and $PSCmdlet.ShouldProcess("service $serviceName", 'stop and remove')) {
    Set-Service -Name $serviceName -StartupType Disabled # its recovery must not start it again
    Stop-Service -Name $serviceName
    (Get-Service -Name $serviceName).WaitForStatus('Stopped', [TimeSpan]::FromSeconds(60))
    & sc.exe delete $serviceName | Out-Null
    if ($LASTEXITCODE -ne 0) {
        throw "The service can't be removed: sc.exe delete ended with $LASTEXITCODE. Close the Services window, and " +
            'run this again.'
    }
}

if ((Test-Path -LiteralPath $eventKey) -and $PSCmdlet.ShouldProcess("event source $serviceName", 'remove')) {
    Remove-Item -LiteralPath $eventKey -Recurse -Force
}

$rule = @(Get-NetFirewallRule -Name $serviceName -ErrorAction SilentlyContinue)
if ($rule.Count -gt 0 -and $PSCmdlet.ShouldProcess("firewall rule $serviceName", 'remove')) {
    $rule | Remove-NetFirewallRule
}

if ((Test-Path -LiteralPath (Join-Path $InstallDir 'bin\central-oauthd.exe')) -and
    $PSCmdlet.ShouldProcess($InstallDir, 'remove the programs')) {
    if ((Get-Location).ProviderPath.StartsWith($InstallDir, [StringComparison]::OrdinalIgnoreCase)) {
        Set-Location -LiteralPath $env:SystemRoot
    }
    Remove-Parts $InstallDir @($programParts | ForEach-Object { Join-Path $InstallDir $_ })
}

if (-not (Test-Path -LiteralPath $DataDir)) {
    return
}
if (-not $RemoveData) {
    Write-Host "The data stays in $DataDir, with the encryption key in its folder secrets."
    return
}
$question = "Delete the database, the logs, and the secrets with the encryption key in $DataDir? " +
    'Every account will have to be linked again, and nothing brings the data back.'
if ($PSCmdlet.ShouldProcess($DataDir, 'delete the data') -and
    ($Force -or $PSCmdlet.ShouldContinue($question, 'Delete the data'))) {
    $parts = @(Get-ChildItem -LiteralPath $DataDir -Filter 'db.sqlite3*' -File -Force | ForEach-Object { $_.FullName })
    $parts += @('logs', 'secrets' | ForEach-Object { Join-Path $DataDir $_ })
    Remove-Parts $DataDir $parts
}
