from datetime import UTC, datetime, timedelta

import jwt
from fastapi import Depends, HTTPException
from fastapi.security import OAuth2PasswordBearer

from app.settings import settings

bearer = OAuth2PasswordBearer(tokenUrl="/api/v1/login")


def token_for(person_id: int) -> str:
    ends = datetime.now(UTC) + timedelta(minutes=settings.access_token_minutes)
    return jwt.encode({"sub": str(person_id), "exp": ends}, settings.secret_key, algorithm="HS256")


def current_person(token: str = Depends(bearer)) -> int:
    try:
        return int(jwt.decode(token, settings.secret_key, algorithms=["HS256"])["sub"])
    except jwt.PyJWTError as error:
        raise HTTPException(401, "log in first") from error
